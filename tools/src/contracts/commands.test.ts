import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Io, run } from './commands.ts';
import { shopAsyncApi } from './shop-asyncapi.ts';
import { readSnapshots } from './snapshots.ts';

const CONTRACTS = fileURLToPath(new URL('../../../contracts', import.meta.url));
let directory: string;
let said: string;
let io: Io;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-contracts-'));
  for (const file of ['asyncapi.json', 'asyncapi.html', 'snapshots/v0.1.0'])
    await cp(join(CONTRACTS, file), join(directory, file), { recursive: true });
  said = '';
  const released = [...(await readSnapshots(join(directory, 'snapshots'))).values()].at(-1);
  io = {
    out: {
      write(text: string) {
        said += text;
        return true;
      },
    },
    directory,
    asyncapi: shopAsyncApi(),
    apis: async () => released?.http ?? {},
    pactsHold: async () => true,
  };
});
afterEach(() => rm(directory, { recursive: true }));

/** The shop as it is, but for one field of OrderRequested that is gone. */
function withoutRedeemPoints(): Io['asyncapi'] {
  const { channels, ...document } = JSON.parse(JSON.stringify(shopAsyncApi()));
  delete channels['microshop.orders-by-customer.v1'].messages.OrderRequested.payload.properties.redeemPoints;
  return { ...document, channels };
}
const SENTENCE = 'breaks loyalty-svc: field `redeemPoints` removed (OrderRequested on microshop.orders-by-customer.v1, released in v0.1.0)';

test('the contracts as they are committed hold', async () => {
  expect([await run(['check'], io), said]).toEqual([0, 'The contracts hold.\n']);
});

describe('a breaking change', () => {
  test.each(['diff', 'check'])('makes %s fail with the sentence that says whom it breaks', async (command) => {
    expect(await run([command], { ...io, asyncapi: withoutRedeemPoints() })).toBe(1);
    expect(said).toContain(`${SENTENCE}\n`);
  });

  test('is not released', async () => {
    expect(await run(['release', '0.2.0'], { ...io, asyncapi: withoutRedeemPoints() })).toBe(1);
    expect(said).toBe(`${SENTENCE}\n`);
    expect(await readdir(join(directory, 'snapshots'))).toEqual(['v0.1.0']);
  });
});

test('a change of HTTP says whose clients it breaks', async () => {
  const { 'order-svc': _, ...others } = await io.apis();
  expect(await run(['diff'], { ...io, apis: async () => others })).toBe(1);
  expect(said).toContain('breaks clients of order-svc: the operation is removed (POST /checkout, released in v0.1.0)\n');
});

test('a pact that is broken makes check fail', async () => {
  expect(await run(['check'], { ...io, pactsHold: async () => false })).toBe(1);
});

describe('the documents', () => {
  test('are written when they are stale, and only told of with --check', async () => {
    await writeFile(join(directory, 'asyncapi.json'), '{}');
    expect([await run(['docs', '--check'], io), said]).toEqual([
      1,
      'contracts/asyncapi.json is stale: run npm run contracts -- docs and commit it.\n',
    ]);
    expect(await readFile(join(directory, 'asyncapi.json'), 'utf8')).toBe('{}');
    said = '';
    expect([await run(['docs'], io), said]).toEqual([0, 'Written to contracts/: asyncapi.json.\n']);
    said = '';
    expect([await run(['docs'], io), said]).toEqual([0, 'The documents are up to date.\n']);
  });
});

describe('a release', () => {
  test('keeps what is there now, and is compared with from then on', async () => {
    expect(await run(['release', 'v0.2.0'], io)).toBe(0);
    expect((await readdir(join(directory, 'snapshots'))).sort()).toEqual(['v0.1.0', 'v0.2.0']);
    said = '';
    expect(await run(['diff'], { ...io, asyncapi: withoutRedeemPoints() })).toBe(1);
    expect(said).toBe(`${SENTENCE.replace('v0.1.0', 'v0.1.0, v0.2.0')}\n`);
  });
});

test('a sample is printed for each topic that has the event', async () => {
  await run(['sample', 'OrderConfirmed'], io);
  expect(said.match(/"topic": .*/g)).toEqual(['"topic": "microshop.orders-by-sku.v1",', '"topic": "microshop.orders-by-customer.v1",']);
  said = '';
  await run(['sample', 'microshop.stock.v1/StockReserved'], io);
  expect(JSON.parse(said)).toMatchObject({
    topic: 'microshop.stock.v1',
    headers: { ce_type: 'StockReserved' },
    value: { sku: 'MUG-BLUE' },
  });
});

test.each([
  [['frobnicate'], 'There is no command frobnicate: give check, diff, docs, sample or release (npm run contracts -- --help).'],
  [['sample', 'OrderShipped'], /^There is no event OrderShipped: give one of OrderCancelled, .*, or TOPIC\/EVENT\.$/],
  [['sample', 'microshop.stock.v1/OrderConfirmed'], /^There is no event microshop\.stock\.v1\/OrderConfirmed: /],
  [['sample', '__proto__'], /^There is no event __proto__: /],
  [['sample'], 'sample takes the name of an event and nothing else.'],
  [['sample', 'OrderConfirmed', 'StockReserved'], 'sample takes the name of an event and nothing else.'],
  [['release'], 'release takes a version and nothing else.'],
  [['release', 'latest'], '"latest" is no version: give one like 0.2.0.'],
  [['release', '../0.2.0'], '"../0.2.0" is no version: give one like 0.2.0.'],
  [['release', '0.1.0'], 'The release v0.1.0 has a snapshot already, and a released contract never changes: give the next version.'],
  [['diff', 'v0.1.0'], 'diff does not take v0.1.0 (npm run contracts -- --help).'],
  [['docs', '--quick'], 'docs does not take --quick (npm run contracts -- --help).'],
])('%j is refused in one sentence', async (args, sentence) => {
  const before = await readdir(directory, { recursive: true });
  await expect(run(args, io)).rejects.toThrow(sentence);
  expect([said, await readdir(directory, { recursive: true })]).toEqual(['', before]);
});

test.each([[], ['--help'], ['diff', '-h']].map((args) => [args]))('%j prints how it is used', async (args) => {
  expect(await run(args, io)).toBe(0);
  expect(said).toContain('Usage: npm run contracts -- COMMAND');
});
