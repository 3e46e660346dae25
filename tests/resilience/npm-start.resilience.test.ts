import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type NpmStart, npmStart, root } from '../support/npm-start.ts';
import { type Shop, WAIT } from '../support/shop.ts';

let start: NpmStart;
let shop: Shop;
let env: NodeJS.ProcessEnv;
const pidOf = (command: string) => start.pidOf(command);
beforeAll(async () => {
  start = await npmStart();
  ({ shop, env } = start);
});
afterAll(() => start.stop());

test('says when the shop is ready, and then an order of the demo catalogue is confirmed', async () => {
  await start.ready();
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
  expect(answer).toMatchObject({ status: 201 });
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
  const pids = start.pids();
  const exited = once(start.process, 'exit');
  start.process.kill('SIGINT');
  start.process.kill('SIGINT');

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
