import { join } from 'node:path';
import type { LocalConfig, PortVariable } from './config.ts';
import { getOnce } from './get-once.ts';
import { topicEnvironment } from './kafka-settings.ts';
import { NODE_FLAGS } from './node-flags.ts';
import { REPO_DIR } from './paths.ts';
import { pollUntil } from './poll.ts';
import { findFreePort } from './ports.ts';
import type { SupervisedSpec } from './supervisor.ts';

export interface ServiceName {
  readonly name: 'order-svc' | 'inventory-svc' | 'loyalty-svc' | 'console';
  readonly portVariable: PortVariable;
  readonly urlVariable: string;
}

export const SERVICES: readonly ServiceName[] = [
  { name: 'order-svc', portVariable: 'ORDER_SVC_PORT', urlVariable: 'ORDER_SVC_URL' },
  { name: 'inventory-svc', portVariable: 'INVENTORY_SVC_PORT', urlVariable: 'INVENTORY_SVC_URL' },
  { name: 'loyalty-svc', portVariable: 'LOYALTY_SVC_PORT', urlVariable: 'LOYALTY_SVC_URL' },
  { name: 'console', portVariable: 'CONSOLE_PORT', urlVariable: 'CONSOLE_URL' },
];

/** Services are stopped before the broker, the broker before the database. */
export const STAGES = { mongod: 0, kafka: 1, services: 2 } as const;

/** One process of a service. */
export interface Instance {
  readonly service: ServiceName;
  /** The service's, with a number from the second on. */
  readonly name: string;
  readonly port: number;
}

export const urlOf = ({ port }: Pick<Instance, 'port'>): string => `http://127.0.0.1:${port}`;

/** The first of each service has the known port, others take free ones. */
export async function instancesOf(config: LocalConfig): Promise<Instance[]> {
  const ofEach = SERVICES.map(async (service) => {
    const count = service.name === 'console' ? 1 : config.instances[service.name];
    const more = Array.from({ length: count - 1 }, async (_, index) => ({
      service,
      name: `${service.name}-${index + 2}`,
      port: await findFreePort(),
    }));
    return [{ service, name: service.name, port: config.ports[service.portVariable] }, ...(await Promise.all(more))];
  });
  return (await Promise.all(ofEach)).flat();
}

export interface Connection {
  readonly kafkaBrokers: string;
  readonly mongodbUrl: string;
  readonly operatorToken: string;
  readonly consolePages: string | undefined;
}

/** What everything that belongs to the shop is told: the services, the seed, the tools. */
export function shopEnvironment(config: LocalConfig, connection: Connection, instances: readonly Instance[]): NodeJS.ProcessEnv {
  const urlsOf = (service: ServiceName) => instances.filter((instance) => instance.service === service).map(urlOf);
  return {
    ...(config.kafkaBrokers === undefined && topicEnvironment(config.kafkaPorts.length)),
    ...process.env,
    NODE_ENV: process.env.NODE_ENV ?? 'development',
    HOST: '127.0.0.1',
    KAFKA_BROKERS: connection.kafkaBrokers,
    MONGODB_URL: connection.mongodbUrl,
    OPERATOR_TOKEN: connection.operatorToken,
    ...(connection.consolePages !== undefined && { CONSOLE_WEB_DIR: connection.consolePages }),
    ...Object.fromEntries(SERVICES.map((service) => [service.portVariable, String(config.ports[service.portVariable])])),
    ...Object.fromEntries(SERVICES.map((service) => [service.urlVariable, urlsOf(service).join(',')])),
  };
}

export interface ServiceSpecOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly onLine: (line: string) => void;
}

export function serviceSpec({ service, name, port }: Instance, options: ServiceSpecOptions): SupervisedSpec {
  return {
    name,
    command: process.execPath,
    // Relative, so that ps shows which service it is.
    args: [...NODE_FLAGS, join(service.name, 'src', 'main.ts')],
    cwd: REPO_DIR,
    // The service ends by itself when its stdin closes, which happens when the supervisor dies.
    env: { ...options.env, [service.portVariable]: String(port), MICROSHOP_SUPERVISED: '1' },
    logFile: options.logFile,
    onLine: options.onLine,
    port,
    stage: STAGES.services,
    isGivenUp: true,
    stopTimeoutMs: 10_000,
    waitUntilReady: (signal) => waitForReadyz(name, port, signal),
  };
}

/** Ready means that each consumer has its partitions: the service says so. */
export async function waitForReadyz(name: string, port: number, signal: AbortSignal, timeoutMs = 60_000): Promise<void> {
  await pollUntil(
    async () => {
      const { status, body } = await getOnce(`${urlOf({ port })}/readyz`);
      if (status === 200) return true;
      throw new Error(`/readyz answers ${status} ${body.slice(0, 200)}`);
    },
    { signal, timeoutMs, what: `${name} did not become ready` },
  );
}
