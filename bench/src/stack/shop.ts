import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ServiceName } from '@microshop/contracts';
import { waitForReadyz } from '@microshop/local/services';
import { services } from '@microshop/tools/databases';
import { profilable } from '../profile/profiler.ts';
import { launchNodeServer, type NodeServer } from './server-process.ts';
import type { Servers } from './servers.ts';

const portVariables: Readonly<Record<ServiceName, string>> = {
  'order-svc': 'ORDER_SVC_PORT',
  'inventory-svc': 'INVENTORY_SVC_PORT',
  'loyalty-svc': 'LOYALTY_SVC_PORT',
};
const STOP_MS = 15_000;

/** The three services as processes, as many instances of each as are asked for. */
export type Shop = {
  readonly operatorToken: string;
  instances(service: ServiceName): readonly NodeServer[];
  urls(service: ServiceName): string[];
  /** Starts or stops instances until there are so many; returns when all are ready. */
  scale(service: ServiceName, count: number): Promise<void>;
  stop(): Promise<void>;
};

/** `profileDirectory`: the services can be profiled, and leave their profiles there. */
export async function startShop(servers: Servers, signal: AbortSignal, profileDirectory?: string): Promise<Shop> {
  const running: Record<ServiceName, NodeServer[]> = { 'order-svc': [], 'inventory-svc': [], 'loyalty-svc': [] };
  const operatorToken = randomBytes(16).toString('hex');
  let launched = 0;

  async function launchOne(service: ServiceName): Promise<NodeServer> {
    const name = `${service}-${++launched}`;
    const profiling = profileDirectory === undefined ? undefined : profilable(profileDirectory, name);
    const server = await launchNodeServer(servers, {
      name,
      program: join(service, 'src', 'main.ts'),
      portVariable: portVariables[service],
      environment: { OPERATOR_TOKEN: operatorToken, ...profiling?.environment },
      nodeOptions: profiling?.nodeOptions ?? [],
    });
    await waitForReadyz(server.name, server.port, signal);
    return server;
  }

  const shop: Shop = {
    operatorToken,
    instances: (service) => running[service],
    urls: (service) => running[service].map(({ url }) => url),
    async scale(service, count) {
      const missing = Math.max(0, count - running[service].length);
      const surplus = running[service].splice(count);
      await Promise.all(surplus.map(({ child }) => child.stop(STOP_MS)));
      running[service].push(...(await Promise.all(Array.from({ length: missing }, () => launchOne(service)))));
    },
    async stop() {
      await Promise.all(services.map((service) => shop.scale(service, 0)));
    },
  };
  await Promise.all(services.map((service) => shop.scale(service, 1)));
  return shop;
}
