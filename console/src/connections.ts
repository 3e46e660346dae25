import { newUuid, systemClock } from '@microshop/chassis/clock';
import { brokersOf } from '@microshop/chassis/config';
import { createTopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import { kafkaSecurityOf } from '@microshop/chassis/kafka/security';
import type { Logger } from '@microshop/chassis/logger';
import { createMongoClient, databaseOf } from '@microshop/chassis/mongo/connection';
import { createMongoStore } from '@microshop/chassis/mongo/mongo-store';
import { queriesInTime } from '@microshop/chassis/mongo/queries-in-time';
import { createStop } from '@microshop/chassis/stop-in-time';
import { createUnitOfWork, retryingConflicts } from '@microshop/chassis/store/unit-of-work';
import type { ConsoleConfig } from './config.ts';
import { createGenerations } from './persistence/generations.ts';

const NAME = 'console';

export type Connections = ReturnType<typeof connect>;

/** The console's own database, and Kafka. Neither has to be there yet. */
export function connect(config: ConsoleConfig, logger: Logger, onFatal: (error: Error) => void) {
  const client = createMongoClient(config.MONGODB_URL, NAME, config.MONGODB_TLS_CA_FILE);
  const db = databaseOf(client, NAME);
  const kafka = { brokers: brokersOf(config), clientId: NAME, security: kafkaSecurityOf(config) };
  const broker = createKafkaBroker({ ...kafka, logger, onFatal });
  const inspector = createTopicInspector(kafka);
  const unitOfWork = createUnitOfWork({
    store: createMongoStore(client, db),
    clock: systemClock,
    newId: newUuid,
    source: `/microshop/${NAME}`,
  });
  const stack = {
    ...kafka,
    mongodbUrl: config.MONGODB_URL,
    ...(config.MONGODB_TLS_CA_FILE !== undefined && { mongodbTlsCaFile: config.MONGODB_TLS_CA_FILE }),
  };
  return {
    db,
    /** For requests, which can not wait. */
    queries: queriesInTime(db),
    connectDatabase: () => client.connect(),
    broker,
    inspector,
    transact: retryingConflicts(unitOfWork),
    generations: createGenerations(db),
    /** Where they are, for the tools. */
    stack,
    async close(inTime = createStop(logger)): Promise<void> {
      await inTime(1000, 'broker', Promise.all([broker.stop(), inspector.stop()]));
      await inTime(1000, 'database', client.close());
    },
  };
}
