// Three brokers and three mongods on this machine, each of which can be away. Their data is beside that of the one broker and the one mongod.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalConfig } from './config.ts';
import { freshLog, keptIn } from './data-directory.ts';
import { kafkaSpec, newKafkaId } from './kafka-broker.ts';
import { mongodSpec } from './mongod.ts';
import { findFreePort } from './ports.ts';
import type { ServerSpec } from './server-process.ts';
import type { KafkaImage } from './toolchain/kafka-image.ts';
import type { MongodBinary } from './toolchain/mongod-binary.ts';

/** Small, as there are three of each. A mongod takes no less. */
const HEAP_MB = 256;
const CACHE_GB = 0.25;
const DIRECTORY = 'cluster';

export async function brokerSpecs(image: KafkaImage, { dataDir, kafkaPorts }: LocalConfig): Promise<ServerSpec[]> {
  await mkdir(join(dataDir, DIRECTORY), { recursive: true });
  // Kept, as an earlier start may have been broken off before each broker had its storage.
  const clusterId = await keptIn(join(dataDir, DIRECTORY, 'kafka-cluster-id'), newKafkaId);
  const controllerPorts = await Promise.all(kafkaPorts.map(() => findFreePort()));
  return Promise.all(
    kafkaPorts.map(async (port, index) => {
      const member = { nodeId: index + 1, controllerPorts, clusterId };
      const place = await placeOf(dataDir, `kafka-${index + 1}`);
      return { ...(await kafkaSpec(image, { ...place, port, heapMb: HEAP_MB, member })), name: place.name };
    }),
  );
}

export async function mongodSpecs(
  binary: MongodBinary,
  { dataDir, mongodbPorts }: LocalConfig,
  isFormed: () => boolean,
): Promise<ServerSpec[]> {
  return Promise.all(
    mongodbPorts.map(async (port, index) => {
      const place = await placeOf(dataDir, `mongod-${index + 1}`);
      return { ...(await mongodSpec(binary, { ...place, port, cacheGb: CACHE_GB, member: { isFormed } })), name: place.name };
    }),
  );
}

async function placeOf(dataDir: string, name: string): Promise<{ name: string; dataDir: string; logFile: string }> {
  return { name, dataDir: join(dataDir, DIRECTORY, name), logFile: await freshLog(dataDir, name) };
}
