import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@microshop/local/ports';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createShop, OPERATOR_TOKEN, type Shop, WAIT } from '../support/shop.ts';

/** `npm start` as a user runs it, without a terminal: one process that all others descend from. */
const root = join(import.meta.dirname, '../..');
let directory: string;
let env: NodeJS.ProcessEnv;
let start: ChildProcess;
let output = '';
let shop: Shop;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-start-'));
  const [order, inventory, loyalty, kafka, mongodb] = (await Promise.all(Array.from({ length: 5 }, () => findFreePort()))).map(String);
  env = {
    ...process.env,
    MICROSHOP_DATA_DIR: join(directory, 'data'),
    OPERATOR_TOKEN,
    ORDER_SVC_PORT: order,
    INVENTORY_SVC_PORT: inventory,
    LOYALTY_SVC_PORT: loyalty,
    KAFKA_PORT: kafka,
    MONGODB_PORT: mongodb,
  };
  start = spawn(process.execPath, ['local/src/start.ts'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [start.stdout, start.stderr]) stream?.on('data', (text) => (output += text));
  shop = createShop({
    order: `http://127.0.0.1:${order}`,
    inventory: `http://127.0.0.1:${inventory}`,
    loyalty: `http://127.0.0.1:${loyalty}`,
  });
});
afterAll(async () => {
  if (start.exitCode === null) {
    start.kill('SIGTERM');
    await once(start, 'exit');
  }
  await rm(directory, { recursive: true, force: true });
});

/** Pid and command of every process that descends from the start. */
function descendants(): { pid: number; command: string }[] {
  const all = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .map((match) => ({ pid: Number(match?.[1]), parent: Number(match?.[2]), command: match?.[3] ?? '' }));
  const family = new Set([start.pid]);
  for (const { pid, parent } of all.sort((a, b) => a.pid - b.pid)) if (family.has(parent)) family.add(pid);
  return all.filter(({ pid }) => pid !== start.pid && family.has(pid));
}

const pidOf = (command: string): number | undefined => descendants().find((one) => one.command.includes(command))?.pid;

test('says when the shop is ready, and then an order of the demo catalogue is confirmed', async () => {
  await vi.waitFor(() => expect(output).toMatch(/^Microshop is ready$/m), { timeout: 60_000, interval: 100 });

  await shop.catalogued('MUG-BLUE');
  const { status, body } = await shop.checkout({ customer: { customerId: 'ada' }, items: [{ sku: 'MUG-BLUE', quantity: 1 }] });
  expect({ status, body }).toMatchObject({ status: 201, body: { status: 'confirmed' } });
  for (const part of ['order-svc/src/main.ts', 'inventory-svc/src/main.ts', 'loyalty-svc/src/main.ts', 'kafka.Kafka', 'mongod'])
    expect(pidOf(part), part).toBeDefined();
});

test('a second start on the same data is refused in one sentence', () => {
  const run = () => execFileSync(process.execPath, ['local/src/start.ts'], { cwd: root, env, encoding: 'utf8', stdio: 'pipe' });

  expect(run).toThrow(/already|in use|runs/i);
});

test.each(['inventory-svc/src/main.ts', 'kafka.Kafka', 'mongod'])('what dies is started again: %s', async (part) => {
  const pid = pidOf(part) ?? 0;
  process.kill(pid, 'SIGKILL');

  await vi.waitFor(() => {
    const now = pidOf(part);
    expect(now).toBeDefined();
    expect(now).not.toBe(pid);
  }, WAIT);
  await shop.ready();
  const answer = await shop.checkout({ customer: { customerId: 'ada' }, items: [{ sku: 'MUG-BLUE', quantity: 1 }] }, { prefer: 'wait=25' });
  expect(answer.status).toBe(201);
});

test('Ctrl-C, twice, ends every process and exits 0', async () => {
  const family = descendants().map(({ pid }) => pid);
  const exited = once(start, 'exit');
  start.kill('SIGINT');
  start.kill('SIGINT');

  const [code] = await exited;
  expect(code).toBe(0);
  await vi.waitFor(() => expect(family.filter((pid) => isAlive(pid))).toEqual([]), WAIT);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
