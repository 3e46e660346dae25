// A real Apache Kafka in KRaft combined mode, alone or one of several, bound to 127.0.0.1, on data that survives it.
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitForKafka } from './kafka-ready.ts';
import { jvmFlags, type KafkaListener, type KafkaMember, serverProperties } from './kafka-settings.ts';
import { findFreePort } from './ports.ts';
import { type ServerProcess, type ServerSpec, startServer } from './server-process.ts';
import { findJava } from './toolchain/java.ts';
import { ensureKafkaImage, type KafkaImage } from './toolchain/kafka-image.ts';
import { ensureKafkaJars, KAFKA_VERSION } from './toolchain/kafka-jars.ts';
import { exists, type Toolchain } from './toolchain/toolchain.ts';

export interface KafkaOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** The broker keeps its data in a directory below, named after its version: newer storage is not readable by an older broker. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly heapMb?: number;
  readonly listeners?: readonly KafkaListener[];
  readonly overrides?: Readonly<Record<string, string>>;
  /** Absent: it is alone. */
  readonly member?: KafkaMember & { readonly clusterId: string };
}

/** Finds or fetches all that a broker needs. */
export async function prepareKafka(toolchain: Toolchain): Promise<KafkaImage> {
  const [java, jars] = await Promise.all([findJava(toolchain), ensureKafkaJars(toolchain)]);
  return ensureKafkaImage(toolchain, java, jars);
}

export async function kafkaSpec(image: KafkaImage, options: KafkaOptions): Promise<ServerSpec> {
  const port = options.port === 0 ? await findFreePort() : options.port;
  const { listeners = [], overrides = {}, member } = options;
  const storage = await formattedStorage(image, options);
  const properties = join(options.dataDir, 'kafka.properties');
  const ports = { broker: port, controller: member?.controllerPorts[member.nodeId - 1] ?? (await findFreePort()) };
  await writeFile(properties, serverProperties({ ports, member, listeners, logDir: storage, overrides }));
  const archive =
    image.classArchive === undefined
      ? []
      : [`-XX:SharedArchiveFile=${image.classArchive}`, '-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
  return {
    name: 'kafka',
    command: image.java.command,
    args: [...jvmFlags(options.heapMb ?? 384), ...archive, 'kafka.Kafka', properties],
    cwd: options.dataDir,
    env: { ...process.env, CLASSPATH: image.classPath },
    logFile: options.logFile,
    port,
    stopTimeoutMs: 15_000,
    waitUntilReady: (signal) => waitForKafka(port, signal),
  };
}

export async function startKafkaBroker(toolchain: Toolchain, options: KafkaOptions): Promise<ServerProcess> {
  const spec = await kafkaSpec(await prepareKafka(toolchain), options);
  return startServer(spec, toolchain.reaper, toolchain.signal);
}

/** As Kafka's own: 16 bytes in base64url, and no hyphen in front. As a cluster's id it tells clients of two data directories apart, or of one before and after a reset. */
export const newKafkaId = (): string => `m${randomBytes(16).toString('base64url').slice(1)}`;

async function formattedStorage(image: KafkaImage, { dataDir, member }: KafkaOptions): Promise<string> {
  const storage = join(dataDir, `kafka-${KAFKA_VERSION}`);
  if (await exists(storage)) return storage;
  await mkdir(dataDir, { recursive: true });
  const copy = `${storage}.unfinished`;
  await rm(copy, { recursive: true, force: true });
  await cp(image.formattedStorage, copy, { recursive: true });
  const { nodeId = 1, clusterId = newKafkaId() } = member ?? {};
  const meta = join(copy, 'meta.properties');
  const formatted = await readFile(meta, 'utf8');
  const own = { 'cluster.id': clusterId, 'node.id': String(nodeId), 'directory.id': newKafkaId() };
  await writeFile(
    meta,
    Object.entries(own).reduce((text, [name, value]) => text.replace(lineOf(name), `${name}=${value}`), formatted),
  );
  await rename(copy, storage);
  return storage;
}

const lineOf = (name: string): RegExp => new RegExp(`^${name.replace('.', '\\.')}=.*$`, 'm');
