// A real broker and database for test suites: free ports, a temporary directory, gone with the process that started it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafkaBroker } from './kafka-broker.ts';
import { mongodUrl, startMongod } from './mongod.ts';
import { cacheDirectory } from './paths.ts';
import { startReaper } from './processes/reaper-client.ts';
import type { ServerProcess } from './server-process.ts';

export interface TestStackOptions {
  /** Beside those of the local stack, e.g. `['--setParameter', 'enableTestCommands=1']`. */
  readonly mongodArgs?: readonly string[];
  /** Settings of the broker that win over those of the local stack. */
  readonly kafkaProperties?: Readonly<Record<string, string>>;
  /** Told before something is fetched or made for the first time. */
  readonly report?: (message: string) => void;
}

/** Kafka or mongod, for a test to break and to mend. */
export interface TestServer extends Pick<ServerProcess, 'stop' | 'kill' | 'restart'> {
  isRunning(): boolean;
  /** Lets it hang: connections are taken, and nothing is answered. */
  pause(): Promise<void>;
  /** Ends a pause; nothing happens when there is none. */
  resume(): Promise<void>;
}

export interface TestStack {
  readonly kafkaBrokers: string[];
  readonly mongodbUrl: string;
  readonly kafka: TestServer;
  readonly mongod: TestServer;
  stop(): Promise<void>;
}

/** Its servers are processes of this machine. */
export interface EmbeddedStack extends TestStack {
  readonly kafka: TestServer & ServerProcess;
  readonly mongod: TestServer & ServerProcess;
  /** Holds the data and the logs `kafka.log` and `mongod.log`; deleted by `stop`. */
  readonly directory: string;
}

export async function startTestStack(options: TestStackOptions = {}): Promise<EmbeddedStack> {
  // Test data is worth nothing: left-overs are killed at once.
  const reaper = startReaper(0);
  const directory = await mkdtemp(join(tmpdir(), 'microshop-test-'));
  reaper.removeAtEnd(directory);
  const starting = new AbortController();
  const toolchain = {
    cacheDir: cacheDirectory(process.env),
    env: process.env,
    reaper,
    signal: starting.signal,
    report: options.report ?? ((message: string) => console.log(`test stack: ${message}`)),
  };
  const overrides = options.kafkaProperties ?? {};
  const parts = [
    startKafkaBroker(toolchain, { port: 0, dataDir: directory, logFile: join(directory, 'kafka.log'), heapMb: 256, overrides }),
    startMongod(toolchain, {
      port: 0,
      dataDir: directory,
      logFile: join(directory, 'mongod.log'),
      cacheGb: 0.25,
      extraArgs: options.mongodArgs ?? [],
    }),
  ] as const;

  async function release(): Promise<void> {
    await reaper.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }

  try {
    const [kafka, mongod] = await Promise.all(parts);
    return {
      kafkaBrokers: [`127.0.0.1:${kafka.port}`],
      mongodbUrl: mongodUrl(mongod.port),
      kafka: breakable(kafka),
      mongod: breakable(mongod),
      directory,
      async stop() {
        await Promise.all([kafka.kill(), mongod.kill()]);
        await release();
      },
    };
  } catch (error) {
    starting.abort();
    await Promise.allSettled(parts);
    await release();
    throw error;
  }
}

function breakable(server: ServerProcess): TestServer & ServerProcess {
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (server.pid !== undefined) process.kill(server.pid, name);
  };
  return Object.assign(server, {
    isRunning: () => server.pid !== undefined,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
  });
}
