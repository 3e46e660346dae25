import { brokersOf, loadConfig, serviceSettings } from '@microshop/chassis/config';
import { type KafkaSecurity, kafkaSecurityOf } from '@microshop/chassis/kafka/security';
import { loadConfig as loadLocalConfig } from '@microshop/local/config';
import { mongodUrl } from '@microshop/local/mongod';
import { addressesOf } from '@microshop/local/ports';
import { runningPorts } from '@microshop/local/running';
import Type from 'typebox';
import { ToolFailure } from './failure.ts';

/** The settings of the services that say where Kafka and MongoDB are, and how to be let in. */
export const StackConfig = Type.Pick(Type.Object(serviceSettings), [
  'KAFKA_BROKERS',
  'KAFKA_TLS',
  'KAFKA_TLS_CA_FILE',
  'KAFKA_TLS_CERT_FILE',
  'KAFKA_TLS_KEY_FILE',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
  'MONGODB_URL',
  'MONGODB_TLS_CA_FILE',
]);

export type KafkaAddress = { brokers: readonly string[]; security?: KafkaSecurity };
export type MongoAddress = { mongodbUrl: string; mongodbTlsCaFile?: string };
export type RunningStack = KafkaAddress & MongoAddress;

/** Where Kafka and MongoDB run: as the services are told it, else on the local stack's ports. Fails with a ToolFailure that names the variable. */
export function runningStack(env: NodeJS.ProcessEnv): RunningStack {
  try {
    const { kafkaPorts, mongodbPorts } = runningPorts(loadLocalConfig(env));
    const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
    const config = loadConfig(StackConfig, {
      KAFKA_BROKERS: addressesOf(kafkaPorts),
      ...(!given.MONGODB_URL_FILE && { MONGODB_URL: mongodUrl(...mongodbPorts) }),
      ...given,
    });
    const { MONGODB_TLS_CA_FILE: mongodbTlsCaFile } = config;
    return {
      brokers: brokersOf(config),
      security: kafkaSecurityOf(config),
      mongodbUrl: config.MONGODB_URL,
      ...(mongodbTlsCaFile !== undefined && { mongodbTlsCaFile }),
    };
  } catch (error) {
    throw new ToolFailure((error as Error).message, { cause: error });
  }
}
