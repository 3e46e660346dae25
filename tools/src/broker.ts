import type { Broker } from '@microshop/chassis/kafka/broker';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import { createLogger } from '@microshop/chassis/logger';
import type { KafkaAddress } from './running-stack.ts';

/** A tool's connection to the broker; what fails is told to the caller, and nothing is logged. */
export const connectBroker = ({ brokers, security }: KafkaAddress, clientId: string): Broker =>
  createKafkaBroker({
    brokers,
    ...(security && { security }),
    clientId,
    logger: createLogger({ name: clientId, level: 'silent' }),
    onFatal: () => undefined,
  });
