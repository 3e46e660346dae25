// Measures, by hand, how soon the shop works again after a fault has ended: node tests/resilience/recovery.ts [RUNS] [FAULT …]
// A fault is over when the broker or the database is ready again, or when the killed service is started; the shop works when an order is confirmed and all
// services are ready.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '@microshop/local/ports';
import { startTestStack, type TestStack } from '@microshop/local/test-stack';

const root = fileURLToPath(new URL('../../', import.meta.url));
const SERVICES = { 'order-svc': 'ORDER_SVC_PORT', 'inventory-svc': 'INVENTORY_SVC_PORT', 'loyalty-svc': 'LOYALTY_SVC_PORT' } as const;
type Name = keyof typeof SERVICES;
const names = Object.keys(SERVICES) as Name[];
const LOGS = process.env.RECOVERY_LOGS;

const operator = { authorization: 'Bearer operators-of-the-measurement', 'content-type': 'application/json' };

type Service = { name: Name; url: string; start(): void; kill(): Promise<void> };

async function createService(name: Name, { kafkaBrokers, mongodbUrl }: TestStack): Promise<Service> {
  const port = await findFreePort();
  const output = LOGS === undefined ? 'ignore' : openSync(join(LOGS, `${name}.log`), 'a');
  let child: ChildProcess;
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    start() {
      child = spawn(process.execPath, [`${name}/src/main.ts`], {
        cwd: root,
        stdio: ['pipe', output, output],
        env: {
          ...process.env,
          NODE_ENV: 'test',
          MICROSHOP_SUPERVISED: '1',
          LOG_LEVEL: LOGS === undefined ? 'error' : 'debug',
          KAFKA_BROKERS: kafkaBrokers.join(','),
          MONGODB_URL: mongodbUrl,
          OPERATOR_TOKEN: 'operators-of-the-measurement',
          [SERVICES[name]]: String(port),
        },
      });
    },
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Asks until the answer is not a complaint, for at most 90 s. */
async function until(ask: () => Promise<string | undefined>): Promise<void> {
  const end = performance.now() + 90_000;
  for (;;) {
    const complaint = await ask().catch((error: Error) => `${error.message} ${error.cause ?? ''}`);
    if (complaint === undefined) return;
    if (performance.now() > end) throw new Error(`It does not work after 90 s: ${complaint}`);
    await delay(20);
  }
}

const complaintOf = async (response: Response, expected: number): Promise<string | undefined> => {
  const body = await response.text();
  return response.status === expected ? undefined : `${response.url} answers ${response.status} ${body}`;
};

const post = (url: string, body: object, headers: object = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { ...operator, ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5000),
  });
const isReady = async ({ url }: Service) => complaintOf(await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }), 200);
const isConfirmed = async (url: string, sku: string, key: string) => {
  const body = { customer: { customerId: 'measured' }, items: [{ sku, quantity: 1 }] };
  return complaintOf(await post(`${url}/checkout`, body, { 'idempotency-key': key, prefer: 'wait=2' }), 201);
};

async function setUp() {
  const stack = await startTestStack();
  const services = await Promise.all(names.map((name) => createService(name, stack)));
  for (const service of services) service.start();
  await Promise.all(services.map((service) => until(() => isReady(service))));
  const [order, inventory, loyalty] = services as [Service, Service, Service];
  await post(`${loyalty.url}/customers`, { customerId: 'measured', email: 'measured@example.com', name: 'A customer' });
  const sku = `R-${randomUUID()}`;
  await post(`${inventory.url}/products`, { sku, name: 'A product', unitPrice: 100, currency: 'EUR' });
  await post(`${inventory.url}/products/${sku}/stock`, { change: 1_000_000, reason: 'measurement' });
  const works = async () => {
    const key = randomUUID();
    const times = { confirmed: 0, ready: 0 };
    const since = performance.now();
    await Promise.all([
      until(() => isConfirmed(order.url, sku, key)).then(() => {
        times.confirmed = Math.round(performance.now() - since);
      }),
      ...services.map((service) =>
        until(() => isReady(service)).then(() => {
          times.ready = Math.round(performance.now() - since);
        }),
      ),
    ]);
    return times;
  };
  return { stack, services, works };
}

type Measured = Awaited<ReturnType<typeof setUp>>;

const killService =
  (index: number) =>
  async ({ services }: Measured) => {
    await services[index]?.kill();
    services[index]?.start();
  };

const FAULTS: Record<string, (shop: Measured) => Promise<unknown>> = {
  async 'broker-kill'({ stack }) {
    await stack.kafka.kill();
    await delay(2000);
    await stack.kafka.restart();
  },
  'broker-restart': ({ stack }) => stack.kafka.restart(),
  async 'broker-hang'({ stack }) {
    const pid = stack.kafka.pid as number;
    process.kill(pid, 'SIGSTOP');
    await delay(15_000);
    process.kill(pid, 'SIGCONT');
  },
  async 'mongod-kill'({ stack }) {
    await stack.mongod.kill();
    await delay(2000);
    await stack.mongod.restart();
  },
  async 'mongod-hang'({ stack }) {
    const pid = stack.mongod.pid as number;
    process.kill(pid, 'SIGSTOP');
    await delay(5000);
    process.kill(pid, 'SIGCONT');
  },
  'kill-order-svc': killService(0),
  'kill-inventory-svc': killService(1),
  'kill-loyalty-svc': killService(2),
};

const summary = (values: number[]): string => {
  const sorted = values.toSorted((a, b) => a - b);
  return `p50 ${sorted[Math.floor((sorted.length - 1) / 2)]} ms, max ${sorted.at(-1)} ms`;
};

const [runs = '5', ...chosen] = process.argv.slice(2);
const unknown = chosen.find((fault) => !(fault in FAULTS));
if (!/^[1-9]\d*$/.test(runs) || unknown !== undefined) {
  console.error(
    unknown === undefined ? `"${runs}" is no number of runs.` : `There is no fault "${unknown}": ${Object.keys(FAULTS).join(', ')}.`,
  );
  process.exit(2);
}
const shop = await setUp();
try {
  await shop.works();
  for (const fault of chosen.length > 0 ? chosen : Object.keys(FAULTS)) {
    const times: { confirmed: number; ready: number }[] = [];
    for (let run = 0; run < Number(runs); run++) {
      await FAULTS[fault]?.(shop);
      const at = new Date().toISOString();
      times.push(await shop.works());
      if (LOGS !== undefined) console.log(at, fault, times.at(-1));
    }
    console.log(
      `${fault.padEnd(18)} ${runs} runs: an order is confirmed after ${summary(times.map(({ confirmed }) => confirmed))}; ` +
        `all are ready after ${summary(times.map(({ ready }) => ready))}`,
    );
  }
} finally {
  await Promise.all(shop.services.map((service) => service.kill()));
  await shop.stack.stop();
}
