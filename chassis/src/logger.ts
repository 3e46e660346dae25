import { type DestinationStream, destination, type Logger, pino, stdTimeFunctions } from 'pino';

export type { Logger };

/**
 * The names of fields that mean the same in every log line:
 * `eventId`, `eventType`, `orderId`, `correlationId`, `causationId`, `traceId`, `topic`, `partition`, `offset`, `key`, `attempt`, `code`, `errorId`, `err`.
 * Log these, never a payload.
 */
export type LogField =
  | 'eventId'
  | 'eventType'
  | 'orderId'
  | 'correlationId'
  | 'causationId'
  | 'traceId'
  | 'topic'
  | 'partition'
  | 'offset'
  | 'key'
  | 'attempt'
  | 'code'
  | 'errorId'
  | 'err';

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'token',
  'operatorToken',
  'password',
  'OPERATOR_TOKEN',
  'METRICS_TOKEN',
  'AUTH_JWT_SECRET',
  'KAFKA_SASL_PASSWORD',
  'MONGODB_URL',
];
const PERSONAL_FIELDS = ['email', 'name', 'customer', 'payload', 'body'];
const redacted = [...SECRET_FIELDS, ...PERSONAL_FIELDS].flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

const EMAIL = /[^\s"<>(){}:;,=@]+@[^\s"<>(){}:;,=@]+/g;
const CREDENTIALS = /\/\/[^\s/@]+@/g;
// Drivers quote the offending value in their messages: a duplicate key error names the email.
const scrub = (text: string): string => text.replace(CREDENTIALS, '//[redacted]@').replace(EMAIL, '[redacted]');

/** What a log line keeps of an error: type, code, message, stack and causes; no further properties, which may carry payloads. */
export function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return scrub(String(error));
  const { code, cause } = error as Error & { code?: unknown };
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    message: scrub(error.message),
    stack: scrub(error.stack ?? ''),
    ...(cause !== undefined && { cause: serializeError(cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.map(serializeError) }),
  };
}

/**
 * A pino logger that writes JSON lines with ISO times to stdout, synchronously, so that nothing is lost at exit.
 * Fields that carry credentials or personal data are redacted up to three levels deep.
 */
export function createLogger(
  { name, level }: { name: string; level: string },
  stream: DestinationStream = destination({ dest: 1, sync: true }),
): Logger {
  const options = {
    level,
    base: { service: name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted, censor: '[redacted]' },
    serializers: { err: serializeError, req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split('?')[0] }) },
  };
  return pino(options, stream);
}
