// Brings the parts up in the order in which they need each other.
import type { LocalConfig } from './config.ts';
import { freshLog, operatorToken } from './data-directory.ts';
import { kafkaSpec, prepareKafka } from './kafka-broker.ts';
import { mongodSpec, mongodUrl } from './mongod.ts';
import type { Progress } from './progress.ts';
import { seedWhenEmpty } from './seed-step.ts';
import { worrying } from './service-log.ts';
import { SERVICES, type ServiceName, STAGES, serviceSpec, serviceUrl, shopEnvironment } from './services.ts';
import type { Supervisor } from './supervisor.ts';
import { ensureConsolePages } from './toolchain/console-pages.ts';
import { ensureMongod } from './toolchain/mongod-binary.ts';
import type { Toolchain } from './toolchain/toolchain.ts';

export interface StackParts {
  readonly config: LocalConfig;
  readonly supervisor: Supervisor;
  readonly progress: Progress;
  readonly toolchain: Omit<Toolchain, 'report'>;
}

export interface Stack {
  readonly kafkaBrokers: string;
  readonly mongodbUrl: string;
  readonly operatorToken: string;
  readonly consolePages: string | undefined;
}

export async function startStack(parts: StackParts): Promise<Stack> {
  const { config, progress, toolchain } = parts;
  const [kafkaBrokers, database, consolePages] = await Promise.all([startKafka(parts), startMongodb(parts), buildPages(parts)]);
  const token = await operatorToken(config.dataDir, config.operatorToken);
  const stack = { kafkaBrokers, mongodbUrl: database, operatorToken: token, consolePages };
  const env = shopEnvironment(config, stack);

  const shown = { warnings: false };
  const start = (service: ServiceName): Promise<void> => startService(parts, service, env, shown);
  // The catalogue need not wait for the console, nor the console for the catalogue.
  const withCatalogue = async (): Promise<void> => {
    await Promise.all(SERVICES.filter(({ name }) => name !== 'console').map(start));
    progress.begin('catalogue');
    const logFile = await freshLog(config.dataDir, 'seed');
    progress.done('catalogue', await seedWhenEmpty({ env, logFile, reaper: toolchain.reaper, signal: toolchain.signal }));
  };
  await Promise.all([withCatalogue(), ...SERVICES.filter(({ name }) => name === 'console').map(start)]);
  // While the parts find each other, warnings are only noise.
  shown.warnings = true;
  return stack;
}

async function startKafka({ config, supervisor, progress, toolchain }: StackParts): Promise<string> {
  if (config.kafkaBrokers !== undefined) return config.kafkaBrokers;
  progress.begin('kafka');
  const image = await prepareKafka({ ...toolchain, report: (doing) => progress.detail('kafka', doing) });
  const logFile = await freshLog(config.dataDir, 'kafka');
  const spec = await kafkaSpec(image, { port: config.ports.KAFKA_PORT, dataDir: config.dataDir, logFile });
  await supervisor.start({ ...spec, stage: STAGES.kafka });
  progress.done('kafka', `127.0.0.1:${spec.port}`);
  return `127.0.0.1:${spec.port}`;
}

async function startMongodb({ config, supervisor, progress, toolchain }: StackParts): Promise<string> {
  if (config.mongodbUrl !== undefined) return config.mongodbUrl;
  progress.begin('mongod');
  const binary = await ensureMongod({ ...toolchain, report: (doing) => progress.detail('mongod', doing) });
  const logFile = await freshLog(config.dataDir, 'mongod');
  const spec = await mongodSpec(binary, { port: config.ports.MONGODB_PORT, dataDir: config.dataDir, logFile });
  await supervisor.start({ ...spec, stage: STAGES.mongod });
  progress.done('mongod', `127.0.0.1:${spec.port} (${binary.version})`);
  return mongodUrl(spec.port);
}

/** Told of only when it takes long, which is once. */
async function buildPages({ progress, toolchain, config }: StackParts): Promise<string | undefined> {
  return ensureConsolePages({
    ...toolchain,
    cacheDir: config.cacheDir,
    report: (doing) => progress.say(`  ${'console'.padEnd(14)} ${doing} …`),
  });
}

async function startService(parts: StackParts, service: ServiceName, env: NodeJS.ProcessEnv, shown: { warnings: boolean }): Promise<void> {
  const { config, supervisor, progress } = parts;
  progress.begin(service.name);
  const tell = worrying((text) => progress.say(`${service.name}: ${text}`));
  const logFile = await freshLog(config.dataDir, service.name);
  const onLine = (line: string): void => {
    if (shown.warnings) tell(line);
  };
  await supervisor.start(serviceSpec(config, service, { env, logFile, onLine }));
  progress.done(service.name, serviceUrl(config, service));
}
