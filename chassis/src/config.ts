import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { type Static, type TObject, Type } from 'typebox';
import { AppError } from './errors.ts';

const optionalFile = (description: string) => Type.Optional(Type.String({ description }));

/** The settings every service has. Spread them into the service's own `Type.Object`. */
export const serviceSettings = {
  NODE_ENV: Type.Enum(['development', 'test', 'production'], {
    default: 'development',
    description:
      'production makes OPERATOR_TOKEN required, and where HOST is no loopback address AUTH_JWKS_URL or AUTH_JWT_SECRET as well.',
  }),
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    description: 'The least severe level that is logged.',
  }),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address the HTTP server binds to.' }),
  TRUSTED_PROXIES: Type.Optional(
    Type.String({
      pattern: '^[0-9A-Fa-f.:/]+(,[0-9A-Fa-f.:/]+)*$',
      description: "Addresses or networks, separated by commas, whose X-Forwarded-For and -Proto name the caller's address and scheme.",
    }),
  ),
  MAX_IN_FLIGHT: Type.Integer({
    default: 2000,
    minimum: 1,
    maximum: 1_000_000,
    description:
      'Requests that are worked on at once, and as many open event streams; one more is answered 503. Health and documents are exempt.',
  }),
  KAFKA_BROKERS: Type.String({
    default: '127.0.0.1:9092',
    pattern: '^[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*$',
    description: 'Kafka bootstrap servers as host:port, separated by commas.',
  }),
  KAFKA_TLS: Type.Boolean({ default: false, description: 'Whether the connections to Kafka are encrypted.' }),
  KAFKA_TLS_CA_FILE: optionalFile('PEM file of the authorities that may vouch for the brokers, instead of the public ones.'),
  KAFKA_TLS_CERT_FILE: optionalFile("PEM file of the service's own certificate, for brokers that ask for one."),
  KAFKA_TLS_KEY_FILE: optionalFile('PEM file of the key of that certificate.'),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512'], { description: 'How the service logs in to Kafka; unset, it does not.' }),
  ),
  KAFKA_SASL_USERNAME: Type.Optional(Type.String({ description: 'The user that logs in to Kafka.' })),
  KAFKA_SASL_PASSWORD: Type.Optional(Type.String({ description: "That user's password." })),
  TOPIC_REPLICATION_FACTOR: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 32_767,
      description: "On how many brokers each topic that the service creates is kept; unset, the brokers' own default.",
    }),
  ),
  TOPIC_MIN_INSYNC_REPLICAS: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 32_767,
      description: "On how many of them a record must be before it counts as sent; unset, the brokers' own default.",
    }),
  ),
  MONGODB_URL: Type.String({
    default: 'mongodb://127.0.0.1:27017/?replicaSet=rs0&directConnection=true',
    pattern: '^mongodb(\\+srv)?://\\S+$',
    description: 'MongoDB connection string; transactions need a replica set. `tls=true` and credentials go in here.',
  }),
  MONGODB_TLS_CA_FILE: optionalFile('PEM file of the authorities that may vouch for MongoDB; turns TLS on.'),
  OPERATOR_TOKEN: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]+$',
      description: "Bearer token of the operators' endpoints, visible ASCII; unset, they answer 401 to all but operators' JWTs.",
    }),
  ),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]+$',
      description: 'Bearer token of those who may read /metrics; unset, callers on the machine itself may. Operators may always.',
    }),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://\\S+$',
      description: 'Where traces are sent, by OTLP over HTTP, such as http://127.0.0.1:4318; unset, nothing is traced.',
    }),
  ),
  OTEL_SERVICE_NAME: Type.Optional(Type.String({ description: "The service's name in traces; unset, its own." })),
  OTEL_TRACES_SAMPLER_ARG: Type.Number({
    default: 1,
    minimum: 0,
    maximum: 1,
    description: 'The share of the traces that begin here which is kept; of those that a caller began, the caller decides.',
  }),
  AUTH_JWKS_URL: Type.Optional(
    Type.String({
      pattern: '^https?://\\S+$',
      description: "Where the issuer of the customers' JWTs publishes its keys. Without this and AUTH_JWT_SECRET only loopback is served.",
    }),
  ),
  AUTH_JWT_SECRET: Type.Optional(
    Type.String({
      minLength: 32,
      description: "The secret of the customers' JWTs (HS256), at least 32 characters; instead of AUTH_JWKS_URL.",
    }),
  ),
  AUTH_ISSUER: Type.Optional(Type.String({ description: 'The `iss` that a JWT must have.' })),
  AUTH_AUDIENCE: Type.Optional(Type.String({ description: 'The `aud` that a JWT must have.' })),
  AUTH_SUBJECT_CLAIM: Type.String({ default: 'sub', description: "The claim of a JWT that is the customer's id." }),
  SHOP_CURRENCY: Type.String({ default: 'EUR', pattern: '^[A-Z]{3}$', description: 'The one currency of the shop, ISO 4217.' }),
};

/** Settings that can be read from a file: `<NAME>_FILE` names it, and what is in it is the value, without white space around it. */
export const secretSettings = ['OPERATOR_TOKEN', 'METRICS_TOKEN', 'AUTH_JWT_SECRET', 'KAFKA_SASL_PASSWORD', 'MONGODB_URL'] as const;

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
  const { values, faults } = withSecretFiles(schema, env);
  const declared = Object.keys(schema.properties);
  const config: Record<string, unknown> = Object.fromEntries(declared.filter((key) => values[key]).map((key) => [key, values[key]]));
  const ajv = formats.default(new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true }));
  // Twice: ajv coerces 1e309 to Infinity and then skips every check on it; only the second pass sees that it is no number.
  const isValid = ajv.validate(schema, config) && ajv.validate(schema, config);
  if (!isValid) faults.push(...(ajv.errors ?? []).map((error) => describeFault(schema, error)));
  faults.push(...togetherFaults(schema, config));
  if (faults.length > 0)
    throw new AppError({ kind: 'invalid', code: 'invalid_configuration', message: `Configuration: ${faults.join('; ')}.` });
  return Object.freeze(config) as Static<S>;
}

function withSecretFiles(schema: TObject, env: NodeJS.ProcessEnv): { values: NodeJS.ProcessEnv; faults: string[] } {
  const values = { ...env };
  const faults: string[] = [];
  for (const name of secretSettings) {
    const file = env[`${name}_FILE`];
    if (!file || !(name in schema.properties)) continue;
    if (env[name]) faults.push(`${name} and ${name}_FILE are both set; one of them must be unset`);
    try {
      values[name] = readFileSync(file, 'utf8').trim();
      if (values[name] === '') faults.push(`the file that ${name}_FILE names is empty`);
    } catch {
      faults.push(`the file that ${name}_FILE names can not be read`);
    }
  }
  return { values, faults };
}

/** What no setting can tell alone. */
function togetherFaults({ properties }: TObject, config: Record<string, unknown>): string[] {
  const has = (name: string) => config[name] !== undefined && config[name] !== false;
  const inProduction = config.NODE_ENV === 'production';
  const rules: [broken: boolean, fault: string][] = [
    ['OPERATOR_TOKEN' in properties && inProduction && !has('OPERATOR_TOKEN'), 'OPERATOR_TOKEN is required when NODE_ENV is production'],
    [
      'AUTH_JWT_SECRET' in properties &&
        inProduction &&
        !isLoopback(String(config.HOST)) &&
        !has('AUTH_JWKS_URL') &&
        !has('AUTH_JWT_SECRET'),
      'AUTH_JWKS_URL or AUTH_JWT_SECRET is required when NODE_ENV is production and HOST is no loopback address',
    ],
    [
      has('TRUSTED_PROXIES') && !String(config.TRUSTED_PROXIES).split(',').every(isNetwork),
      'TRUSTED_PROXIES must be addresses or networks like 10.0.0.0/8, separated by commas',
    ],
    [has('AUTH_JWKS_URL') && has('AUTH_JWT_SECRET'), 'AUTH_JWKS_URL and AUTH_JWT_SECRET are both set; one of them must be unset'],
    [
      has('KAFKA_SASL_MECHANISM') !== has('KAFKA_SASL_USERNAME') || has('KAFKA_SASL_MECHANISM') !== has('KAFKA_SASL_PASSWORD'),
      'KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD go together',
    ],
    [has('KAFKA_TLS_CERT_FILE') !== has('KAFKA_TLS_KEY_FILE'), 'KAFKA_TLS_CERT_FILE and KAFKA_TLS_KEY_FILE go together'],
    [
      Number(config.TOPIC_MIN_INSYNC_REPLICAS) > Number(config.TOPIC_REPLICATION_FACTOR),
      'TOPIC_MIN_INSYNC_REPLICAS is above TOPIC_REPLICATION_FACTOR; nothing could ever be sent',
    ],
    [(has('KAFKA_TLS_CA_FILE') || has('KAFKA_TLS_CERT_FILE')) && !has('KAFKA_TLS'), 'the KAFKA_TLS_ files need KAFKA_TLS=true'],
  ];
  return rules.filter(([broken]) => broken).map(([, fault]) => fault);
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 && more.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
  );
}

/** Whether nobody but this machine can have, or reach, this address. */
export const isLoopback = (address: string): boolean => /^(localhost|(::ffff:)?127(\.\d{1,3}){3}|::1)$/i.test(address);

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
