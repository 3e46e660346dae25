import { join } from 'node:path';
import { sleep } from '@microshop/chassis/clock';
import type { ServiceName } from '@microshop/contracts';
import { REPO_DIR } from '@microshop/local/paths';
import { type ChildHandle, describeExit, launch } from '@microshop/local/processes/child';
import type { Reaper } from '@microshop/local/processes/reaper-client';
import { type Order, portVariables, type Report, variables } from '../service/orders.ts';
import type { TcpProxy } from './proxy.ts';

/** One instance of a service, as a process that is started again whenever it dies while it is wanted. */
export type Instance = {
  readonly name: string;
  readonly service: ServiceName;
  readonly url: string;
  /** Its way to the broker, and to the database. */
  readonly paths: { readonly kafka: TcpProxy; readonly mongod: TcpProxy };
  /** Wanted from now on, and started if it is not there. */
  start(): void;
  /** SIGTERM; not wanted any more. How it ended and after how many milliseconds. */
  stop(): Promise<{ exit: string; ms: number }>;
  /** SIGKILL; it is started again at once if it is wanted. False when it was not running. */
  kill(): Promise<boolean>;
  /** Not wanted any more, and gone without a word. */
  killForGood(): Promise<void>;
  /** False when it is not running. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): boolean;
  tell(order: Order): void;
};

export type InstanceOptions = {
  service: ServiceName;
  number: number;
  port: number;
  paths: Instance['paths'];
  reaper: Reaper;
  logDirectory: string;
  environment: Readonly<Record<string, string>>;
  onReport(instance: string, report: Report): void;
};

/** The service of an instance, by its name. */
export const serviceOf = (instance: string): string => instance.slice(0, instance.lastIndexOf('-'));

/** How a stop ends of what another fault had killed. */
export const NOT_RUNNING = 'was not running';

const STOP_MS = 12_000;
/** As `npm start` waits before it starts again what has died. */
const RESTART_MS = 250;

export function createInstance({ service, number, port, paths, reaper, logDirectory, environment, onReport }: InstanceOptions): Instance {
  const name = `${service}-${number}`;
  const standing = new Map<Order['order'], Order>();
  let child: ChildHandle | undefined;
  let isWanted = false;

  function run(): void {
    const launched = launch(
      {
        name,
        command: process.execPath,
        args: [join('chaos', 'src', 'service', 'main.ts')],
        cwd: REPO_DIR,
        env: {
          ...process.env,
          NODE_ENV: 'test',
          MICROSHOP_SUPERVISED: '1',
          LOG_LEVEL: 'warn',
          ...environment,
          KAFKA_BROKERS: `127.0.0.1:${paths.kafka.port}`,
          MONGODB_URL: `mongodb://127.0.0.1:${paths.mongod.port}/?replicaSet=rs0&directConnection=true`,
          [portVariables[service]]: String(port),
          [variables.service]: service,
          [variables.instance]: name,
        },
        logFile: join(logDirectory, `${name}.log`),
        onMessage: (message) => onReport(name, message as Report),
      },
      reaper,
    );
    child = launched;
    for (const order of standing.values()) launched.send(order);
    void launched.exited.then(async () => {
      if (child !== launched || !isWanted) return;
      await sleep(RESTART_MS);
      if (isWanted && child === launched) run();
    });
  }

  async function kill(): Promise<boolean> {
    if (!child || child.hasExited()) return false;
    await child.kill();
    return true;
  }

  return {
    name,
    service,
    url: `http://127.0.0.1:${port}`,
    paths,
    start() {
      if (isWanted && child?.hasExited() === false) return;
      isWanted = true;
      run();
    },
    async stop() {
      isWanted = false;
      if (!child || child.hasExited()) return { exit: NOT_RUNNING, ms: 0 };
      const before = performance.now();
      const exit = await child.stop(STOP_MS);
      return { exit: describeExit(exit), ms: Math.round(performance.now() - before) };
    },
    kill,
    async killForGood() {
      isWanted = false;
      await kill();
    },
    signal(signal) {
      const pid = child?.hasExited() === false ? child.pid : undefined;
      return pid !== undefined && process.kill(pid, signal);
    },
    tell(order) {
      if (order.order === 'shift clock') standing.set(order.order, order);
      child?.send(order);
    },
  };
}
