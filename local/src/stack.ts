// Brings the parts up in the order in which they need each other.
import { brokerSpecs, mongodSpecs } from './cluster.ts';
import type { LocalConfig } from './config.ts';
import { freshLog, operatorToken } from './data-directory.ts';
import { kafkaSpec, prepareKafka } from './kafka-broker.ts';
import { waitForKafka } from './kafka-ready.ts';
import { mongodSpec, mongodUrl } from './mongod.ts';
import { formReplicaSet } from './mongod-replica-set.ts';
import { addressesOf } from './ports.ts';
import type { Progress } from './progress.ts';
import { tellPorts } from './running.ts';
import { seedWhenEmpty } from './seed-step.ts';
import type { ServerSpec } from './server-process.ts';
import { worrying } from './service-log.ts';
import { type Connection, type Instance, instancesOf, STAGES, serviceSpec, shopEnvironment, urlOf } from './services.ts';
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

export interface Stack extends Connection {
  readonly instances: readonly Instance[];
}

export async function startStack(parts: StackParts): Promise<Stack> {
  const { config, progress, toolchain } = parts;
  const [kafkaBrokers, mongodbUrl, consolePages] = await Promise.all([startKafka(parts), startMongodb(parts), buildPages(parts)]);
  await tellPorts(config);
  const token = await operatorToken(config.dataDir, config.operatorToken);
  const instances = await instancesOf(config);
  const stack = { kafkaBrokers, mongodbUrl, operatorToken: token, consolePages, instances };
  const env = shopEnvironment(config, stack, instances);

  const shown = { warnings: false };
  const start = (wanted: (instance: Instance) => boolean) =>
    Promise.all(instances.filter(wanted).map((instance) => startInstance(parts, instance, env, shown)));
  // The catalogue need not wait for the console, nor the console for the catalogue.
  const withCatalogue = async (): Promise<void> => {
    await start(({ name }) => name !== 'console');
    progress.begin('catalogue');
    const logFile = await freshLog(config.dataDir, 'seed');
    progress.done(
      'catalogue',
      await seedWhenEmpty({
        env,
        inventoryUrl: urlOf({ port: config.ports.INVENTORY_SVC_PORT }),
        logFile,
        reaper: toolchain.reaper,
        signal: toolchain.signal,
      }),
    );
  };
  await Promise.all([withCatalogue(), start(({ name }) => name === 'console')]);
  // While the parts find each other, warnings are only noise.
  shown.warnings = true;
  return stack;
}

async function startKafka(parts: StackParts): Promise<string> {
  const { config, progress, toolchain } = parts;
  if (config.kafkaBrokers !== undefined) return config.kafkaBrokers;
  progress.begin('kafka');
  const image = await prepareKafka({ ...toolchain, report: (doing) => progress.detail('kafka', doing) });
  const { kafkaPorts, ports, dataDir } = config;
  const isAlone = kafkaPorts.length === 1;
  const alone = async () => kafkaSpec(image, { port: ports.KAFKA_PORT, dataDir, logFile: await freshLog(dataDir, 'kafka') });
  await startServers(parts, STAGES.kafka, isAlone ? [await alone()] : await brokerSpecs(image, config));
  if (!isAlone) await waitForKafka(ports.KAFKA_PORT, toolchain.signal, kafkaPorts.length);
  const addresses = addressesOf(kafkaPorts);
  progress.done('kafka', addresses);
  return addresses;
}

async function startMongodb(parts: StackParts): Promise<string> {
  const { config, progress, toolchain } = parts;
  if (config.mongodbUrl !== undefined) return config.mongodbUrl;
  progress.begin('mongod');
  const binary = await ensureMongod({ ...toolchain, report: (doing) => progress.detail('mongod', doing) });
  const { mongodbPorts, ports, dataDir } = config;
  const isAlone = mongodbPorts.length === 1;
  const url = mongodUrl(...mongodbPorts);
  let isFormed = false;
  const alone = async () => mongodSpec(binary, { port: ports.MONGODB_PORT, dataDir, logFile: await freshLog(dataDir, 'mongod') });
  await startServers(parts, STAGES.mongod, isAlone ? [await alone()] : await mongodSpecs(binary, config, () => isFormed));
  if (!isAlone) await formReplicaSet(mongodbPorts, url, toolchain.signal);
  isFormed = true;
  progress.done('mongod', `${addressesOf(mongodbPorts)} (${binary.version})`);
  return url;
}

const startServers = async ({ supervisor }: StackParts, stage: number, specs: readonly ServerSpec[]): Promise<void> =>
  void (await Promise.all(specs.map((spec) => supervisor.start({ ...spec, stage }))));

/** Told of only when it takes long, which is once. */
async function buildPages({ progress, toolchain, config }: StackParts): Promise<string | undefined> {
  return ensureConsolePages({
    ...toolchain,
    cacheDir: config.cacheDir,
    report: (doing) => progress.say(`  ${'console'.padEnd(14)} ${doing} …`),
  });
}

async function startInstance(parts: StackParts, instance: Instance, env: NodeJS.ProcessEnv, shown: { warnings: boolean }): Promise<void> {
  const { config, supervisor, progress } = parts;
  const { name } = instance;
  progress.begin(name);
  const tell = worrying((text) => progress.say(`${name}: ${text}`));
  const logFile = await freshLog(config.dataDir, name);
  const onLine = (line: string): void => {
    if (shown.warnings) tell(line);
  };
  await supervisor.start(serviceSpec(instance, { env, logFile, onLine }));
  progress.done(name, urlOf(instance));
}
