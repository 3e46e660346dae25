import { readFileSync } from 'node:fs';
import type { KafkaConfig } from 'kafkajs';
import { refused } from '../errors.ts';

export type KafkaSecuritySettings = {
  readonly KAFKA_TLS?: boolean | undefined;
  readonly KAFKA_TLS_CA_FILE?: string | undefined;
  readonly KAFKA_TLS_CERT_FILE?: string | undefined;
  readonly KAFKA_TLS_KEY_FILE?: string | undefined;
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined;
  readonly KAFKA_SASL_USERNAME?: string | undefined;
  readonly KAFKA_SASL_PASSWORD?: string | undefined;
};

/** How a client proves who it is, and that the broker is the broker. Nothing of it is ever logged. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

/** The client's options for the settings; throws AppError `file_unreadable` that names the setting whose file is not there. */
export function kafkaSecurityOf(settings: KafkaSecuritySettings): KafkaSecurity {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username = '', KAFKA_SASL_PASSWORD: password = '' } = settings;
  const pem = (name: 'KAFKA_TLS_CA_FILE' | 'KAFKA_TLS_CERT_FILE' | 'KAFKA_TLS_KEY_FILE', option: string) => {
    const file = settings[name];
    return file === undefined ? {} : { [option]: readPem(name, file) };
  };
  return {
    ...(settings.KAFKA_TLS && {
      ssl: { ...pem('KAFKA_TLS_CA_FILE', 'ca'), ...pem('KAFKA_TLS_CERT_FILE', 'cert'), ...pem('KAFKA_TLS_KEY_FILE', 'key') },
    }),
    // Each mechanism is a type of its own to the client.
    ...(mechanism && { sasl: { mechanism, username, password } as NonNullable<KafkaConfig['sasl']> }),
  };
}

function readPem(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw refused(409, 'file_unreadable', `The file that ${name} names can not be read.`);
  }
}
