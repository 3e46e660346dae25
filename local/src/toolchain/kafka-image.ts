// What makes a broker start in about a second: an archive of its loaded classes (AppCDS) and storage that Kafka's own tool has formatted,
// ready to be copied. Both are made once per Kafka version and JVM by running a broker and stopping it.
import { createHash } from 'node:crypto';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../errors.ts';
import { exerciseKafka, waitForKafka } from '../kafka-ready.ts';
import { jvmFlags, serverProperties } from '../kafka-settings.ts';
import { findFreePort } from '../ports.ts';
import { launch } from '../processes/child.ts';
import { lastLine, runTool } from '../processes/run-tool.ts';
import type { Java } from './java.ts';
import { exists, makeOnce, type Toolchain } from './toolchain.ts';

export interface KafkaImage {
  readonly java: Java;
  /** CLASSPATH of the broker. */
  readonly classPath: string;
  /** Undefined when the JVM made none: everything works, the broker just starts slower. */
  readonly classArchive: string | undefined;
  /** Formatted, empty storage; to be copied, never used in place. */
  readonly formattedStorage: string;
}

export async function ensureKafkaImage(toolchain: Toolchain, java: Java, jars: string): Promise<KafkaImage> {
  // The JVM rejects an archive when the path of the jars has changed, so a moved cache makes a new one.
  const place = createHash('sha256').update(jars).digest('hex').slice(0, 8);
  const target = join(jars, '..', `image-${java.fingerprint}-${place}`);
  const classPath = join(jars, '*');
  if (!(await exists(target))) {
    toolchain.report(`preparing Kafka's storage and class archive for Java ${java.version} (once)`);
    await makeOnce(toolchain, target, (directory) => make(toolchain, java, classPath, directory));
  }
  const archive = join(target, 'classes.jsa');
  return {
    java,
    classPath,
    classArchive: (await exists(archive)) ? archive : undefined,
    formattedStorage: join(target, 'formatted'),
  };
}

async function make(toolchain: Toolchain, java: Java, classPath: string, directory: string): Promise<void> {
  const env = { ...toolchain.env, CLASSPATH: classPath };
  const storage = join(directory, 'training');
  const properties = join(directory, 'server.properties');
  const ports = { broker: await findFreePort(), controller: await findFreePort() };
  await mkdir(storage);
  await writeFile(properties, serverProperties({ ports, logDir: storage }));

  const format = [
    '-Xmx256m',
    '-XX:TieredStopAtLevel=1',
    'kafka.tools.StorageTool',
    'format',
    '-t',
    'microshop-local-stack1',
    '-c',
    properties,
  ];
  const formatted = await runTool(java.command, format, { ...toolchain, env, timeoutMs: 120_000 });
  if (!formatted.ok) throw new Refusal(`Kafka could not format its storage (${lastLine(formatted.output)}): run npm run doctor.`);
  await cp(storage, join(directory, 'formatted'), { recursive: true });

  const unfinished = join(directory, 'classes.unfinished');
  const logFile = join(directory, 'training.log');
  const args = [...jvmFlags(384), `-XX:ArchiveClassesAtExit=${unfinished}`, 'kafka.Kafka', properties];
  const broker = launch({ name: 'kafka', command: java.command, args, cwd: directory, env, logFile }, toolchain.reaper);
  try {
    await waitForKafka(ports.broker, toolchain.signal);
    await exerciseKafka(ports.broker);
    await broker.stop(60_000);
  } finally {
    await broker.kill();
  }
  if (await exists(unfinished)) await rename(unfinished, join(directory, 'classes.jsa'));
  await rm(storage, { recursive: true, force: true });
}
