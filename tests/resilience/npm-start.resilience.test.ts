import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@microshop/local/ports';
import { descendants } from '@microshop/local/processes/descendants';
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
  const ports = await Promise.all(Array.from({ length: 6 }, () => findFreePort()));
  const [order, inventory, loyalty, consolePort, kafka, mongodb] = ports.map(String);
  env = {
    ...process.env,
    MICROSHOP_DATA_DIR: join(directory, 'data'),
    OPERATOR_TOKEN,
    ORDER_SVC_PORT: order,
    INVENTORY_SVC_PORT: inventory,
    LOYALTY_SVC_PORT: loyalty,
    CONSOLE_PORT: consolePort,
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

const family = () => descendants(start.pid ?? 0);
const pidOf = (command: string): number | undefined => family().find((one) => one.command.includes(command))?.pid;

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

test.each([
  ['kill', 'inventory-svc'],
  ['cut-broker', ''],
])('npm run demo -- %s %s shows that no order is lost, and where to look', { timeout: 180_000 }, async (...args) => {
  const words = args.filter((word) => word !== '');
  const { stdout } = await promisify(execFile)(process.execPath, ['tools/src/demo.ts', ...words], { cwd: root, env });

  expect(stdout).toContain('No order was lost and none was made twice');
  const [, url = '', orderId = ''] = /(http\S+)\/orders\/(\S+)$/m.exec(stdout) ?? [];
  await vi.waitFor(async () => {
    const timeline = await fetch(`${url}/console/orders/${orderId}`);
    expect([timeline.status, await timeline.json()]).toMatchObject([200, { order: { orderId, status: 'confirmed' } }]);
  }, WAIT);
});

test('Ctrl-C, twice, ends every process and exits 0', async () => {
  const pids = family().map(({ pid }) => pid);
  const exited = once(start, 'exit');
  start.kill('SIGINT');
  start.kill('SIGINT');

  const [code] = await exited;
  expect(code).toBe(0);
  await vi.waitFor(() => expect(pids.filter((pid) => isAlive(pid))).toEqual([]), WAIT);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
