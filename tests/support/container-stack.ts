// The same broker and database as the embedded ones, with the same settings, in containers of the images that docker-compose.yml runs.
import { waitForKafka } from '@microshop/local/kafka-ready';
import { serverProperties } from '@microshop/local/kafka-settings';
import { mongodUrl, replicaSetArgs } from '@microshop/local/mongod';
import { waitForPrimary } from '@microshop/local/mongod-replica-set';
import { findFreePort } from '@microshop/local/ports';
import type { TestStack, TestStackOptions } from '@microshop/local/test-stack';
import { containerImages } from './container-images.ts';
import { type ContainerServer, LocalContainer, startContainerServer } from './container-server.ts';

export async function startContainerStack({ mongodArgs = [], kafkaProperties = {} }: TestStackOptions): Promise<TestStack> {
  const images = containerImages();
  const ports = { kafka: await findFreePort(), mongod: await findFreePort() };
  const starting = [startKafka(images.kafka, ports.kafka, kafkaProperties), startMongod(images.mongo, ports.mongod, mongodArgs)] as const;
  try {
    const [kafka, mongod] = await Promise.all(starting);
    return {
      kafkaBrokers: [`127.0.0.1:${ports.kafka}`],
      mongodbUrl: mongodUrl(ports.mongod),
      kafka,
      mongod,
      async stop() {
        await Promise.all([kafka.remove(), mongod.remove()]);
      },
    };
  } catch (error) {
    for (const started of await Promise.allSettled(starting)) if (started.status === 'fulfilled') await started.value.remove();
    throw error;
  }
}

async function startKafka(image: string, port: number, overrides: Readonly<Record<string, string>>): Promise<ContainerServer> {
  const ports = { broker: port, controller: await findFreePort() };
  const properties = serverProperties({ ports, logDir: '/var/lib/kafka/data', address: '0.0.0.0', overrides });
  const container = new LocalContainer({
    image,
    port,
    startedLine: /Kafka Server started/,
    waitUntilReady: (signal) => waitForKafka(port, signal),
  });
  return startContainerServer(
    container
      .withCopyContentToContainer([{ content: properties, target: '/mnt/shared/config/server.properties' }])
      .withEnvironment({ KAFKA_HEAP_OPTS: '-Xmx256m' }),
  );
}

async function startMongod(image: string, port: number, extraArgs: readonly string[]): Promise<ContainerServer> {
  const container = new LocalContainer({
    image,
    port,
    startedLine: /Waiting for connections/,
    waitUntilReady: (signal) => waitForPrimary(port, signal),
  });
  return startContainerServer(container.withCommand(['mongod', '--bind_ip_all', ...replicaSetArgs({ port, cacheGb: 0.25, extraArgs })]));
}
