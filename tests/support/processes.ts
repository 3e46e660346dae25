import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@microshop/contracts';
import { findFreePort } from '@microshop/local/ports';
import { inject } from 'vitest';
import { createShop, OPERATOR_TOKEN, type Shop } from './shop.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const services = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const satisfies readonly ServiceName[];
const portVariables = { 'order-svc': 'ORDER_SVC_PORT', 'inventory-svc': 'INVENTORY_SVC_PORT', 'loyalty-svc': 'LOYALTY_SVC_PORT' } as const;

/** Where broker and database are. */
export type Stack = { kafkaBrokers: readonly string[]; mongodbUrl: string };
const stackOfTheRun = (): Stack => ({ kafkaBrokers: inject('kafkaBrokers'), mongodbUrl: inject('mongodbUrl') });

export type Instance = { url: string; kill(): Promise<void>; start(): void; stop(): Promise<void> };

/** One service as a process of its own, as `npm start` runs it. It ends with this process. */
async function createInstance(
  service: ServiceName,
  { kafkaBrokers, mongodbUrl }: Stack,
  settings: Record<string, string>,
  sources: string,
): Promise<Instance> {
  const port = await findFreePort();
  let child: ChildProcess;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  const instance: Instance = {
    url: `http://127.0.0.1:${port}`,
    start() {
      child = spawn(process.execPath, [`${service}/src/main.ts`], {
        cwd: sources,
        // The other end of its stdin is here: when this process dies, it stops.
        stdio: ['pipe', 'ignore', 'inherit'],
        env: {
          ...process.env,
          NODE_ENV: 'test',
          MICROSHOP_SUPERVISED: '1',
          LOG_LEVEL: 'error',
          KAFKA_BROKERS: kafkaBrokers.join(','),
          MONGODB_URL: mongodbUrl,
          OPERATOR_TOKEN,
          [portVariables[service]]: String(port),
          ...settings,
        },
      });
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
  instance.start();
  return instance;
}

export type ProcessShop = {
  /** A client for each instance of the services. */
  shops: Shop[];
  instances: Record<ServiceName, Instance[]>;
  stop(): Promise<void>;
};

/** `sources`: the root of another version's. */
export type ProcessShopOptions = { instances?: number; settings?: Record<string, string>; stack?: Stack; sources?: string };

/** So many instances of each service, as processes, on the run's real broker and database unless a stack is given. */
export async function startShopOfProcesses({
  instances = 1,
  settings = {},
  stack = stackOfTheRun(),
  sources = root,
}: ProcessShopOptions = {}): Promise<ProcessShop> {
  const all = {} as Record<ServiceName, Instance[]>;
  for (const service of services)
    all[service] = await Promise.all(Array.from({ length: instances }, () => createInstance(service, stack, settings, sources)));
  const urlOf = (service: ServiceName, index: number) => all[service][index]?.url ?? '';
  const shops = Array.from({ length: instances }, (_, index) =>
    createShop({ order: urlOf('order-svc', index), inventory: urlOf('inventory-svc', index), loyalty: urlOf('loyalty-svc', index) }),
  );
  await Promise.all(shops.map((shop) => shop.ready()));
  return {
    shops,
    instances: all,
    async stop() {
      await Promise.all(Object.values(all).flatMap((ofService) => ofService.map((instance) => instance.stop())));
    },
  };
}
