import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { type Static, type TObject, Type } from 'typebox';
import { AppError } from './errors.ts';

/** The settings every service has. Spread them into the service's own `Type.Object`. */
export const serviceSettings = {
  NODE_ENV: Type.Enum(['development', 'test', 'production'], {
    default: 'development',
    description: 'production makes OPERATOR_TOKEN required.',
  }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'The least severe level that is logged.',
  }),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address the HTTP server binds to.' }),
  KAFKA_BROKERS: Type.String({
    default: '127.0.0.1:9092',
    pattern: '^[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*$',
    description: 'Kafka bootstrap servers as host:port, separated by commas.',
  }),
  MONGODB_URL: Type.String({
    default: 'mongodb://127.0.0.1:27017/?replicaSet=rs0&directConnection=true',
    pattern: '^mongodb(\\+srv)?://\\S+$',
    description: 'MongoDB connection string; transactions need a replica set.',
  }),
  OPERATOR_TOKEN: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]+$',
      description: "Bearer token of the operators' endpoints, visible ASCII; unset, they answer 401.",
    }),
  ),
  SHOP_CURRENCY: Type.String({ default: 'EUR', pattern: '^[A-Z]{3}$', description: 'The one currency of the shop, ISO 4217.' }),
};

/** A service's HTTP port setting, to be named `<SERVICE>_PORT`; 0 takes a free one. */
export const portSetting = (service: string, port: number) =>
  Type.Integer({ default: port, minimum: 0, maximum: 65535, description: `HTTP port of ${service}.` });

/** The broker addresses in KAFKA_BROKERS, in their order. */
export const brokersOf = (config: { readonly KAFKA_BROKERS: string }): string[] => config.KAFKA_BROKERS.split(',');

/**
 * Reads a typed, frozen configuration from environment variables: defaults applied, unset optional ones absent, an empty variable is an unset one.
 * Throws AppError `invalid_configuration` whose message names every faulty variable, and never a value.
 */
export function loadConfig<S extends TObject>(schema: S, env: NodeJS.ProcessEnv): Readonly<Static<S>> {
  const declared = Object.keys(schema.properties);
  const config: Record<string, unknown> = Object.fromEntries(declared.filter((key) => env[key]).map((key) => [key, env[key]]));
  const ajv = formats.default(new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true }));
  // Twice: ajv coerces 1e309 to Infinity and then skips every check on it; only the second pass sees that it is no number.
  const isValid = ajv.validate(schema, config) && ajv.validate(schema, config);
  const faults = isValid ? [] : (ajv.errors ?? []).map((error) => describeFault(schema, error));
  if ('OPERATOR_TOKEN' in schema.properties && config.NODE_ENV === 'production' && !config.OPERATOR_TOKEN) {
    faults.push('OPERATOR_TOKEN is required when NODE_ENV is production');
  }
  if (faults.length > 0)
    throw new AppError({ kind: 'invalid', code: 'invalid_configuration', message: `Configuration: ${faults.join('; ')}.` });
  return Object.freeze(config) as Static<S>;
}

function describeFault(schema: TObject, error: ErrorObject): string {
  if (error.keyword === 'required') return `${error.params.missingProperty} is required`;
  const name = error.instancePath.slice(1);
  const { description } = (schema.properties[name] ?? {}) as { description?: string };
  const allowed = error.keyword === 'enum' ? `: ${error.params.allowedValues.join(', ')}` : '';
  return `${name} ${error.message}${allowed}${description ? ` (${description.replace(/\.$/, '')})` : ''}`;
}

/** `loadConfig` for main.ts: a faulty configuration is one sentence on stderr and exit code 1, not a stack. */
export function loadConfigOrExit<S extends TObject>(schema: S, env: NodeJS.ProcessEnv): Readonly<Static<S>> {
  try {
    return loadConfig(schema, env);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exit(1);
  }
}

/** Whether a supervisor started this process and holds the other end of its stdin (MICROSHOP_SUPERVISED=1). */
export const isSupervised = (): boolean => process.env.MICROSHOP_SUPERVISED === '1';
