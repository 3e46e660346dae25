import { type DestinationStream, destination, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';

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
const REDACTED = new Set([...SECRET_FIELDS, ...PERSONAL_FIELDS]);
const CENSOR = '[redacted]';
const LEVELS_LOOKED_AT = 3;

/** What pino's own redaction does, without what it costs for each line. */
function redact(fields: object, levels = LEVELS_LOOKED_AT): object {
  let copy: object | undefined;
  for (const [name, value] of Object.entries(fields)) {
    const shown = REDACTED.has(name) ? CENSOR : levels > 1 && isLookedInto(value) ? redact(value, levels - 1) : value;
    if (shown === value) continue;
    copy ??= Array.isArray(fields) ? [...fields] : { ...fields };
    Object.assign(copy, { [name]: shown });
  }
  return copy ?? fields;
}

/** Errors have a serializer, and bytes no names. */
const isLookedInto = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !(value instanceof Error) && !ArrayBuffer.isView(value);

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

/** The lines of a busy service go out together; none waits longer. */
const BUFFERED_LINES = 50;
const BUFFERED_MS = 100;
const WARN = 40;

/** Standard output, in few writes. They are synchronous, so that nothing is lost at the exit. */
function standardOutput(): { stream: DestinationStream; flush(): void } {
  const output = destination({ dest: 1, sync: true });
  let lines: string[] = [];
  const flush = () => {
    if (lines.length === 0) return;
    const text = lines.join('');
    lines = [];
    output.write(text);
  };
  process.on('exit', flush);
  return {
    flush,
    stream: {
      write(line) {
        lines.push(line);
        if (lines.length === 1) setTimeout(flush, BUFFERED_MS).unref();
        if (lines.length >= BUFFERED_LINES) flush();
      },
    },
  };
}

/**
 * A pino logger that writes JSON lines with ISO times to stdout; a line of level warn or above, and all before it, at once.
 * Fields that carry credentials or personal data are redacted up to three levels deep.
 */
export function createLogger({ name, level }: { name: string; level: string }, given?: DestinationStream): Logger {
  const { stream, flush } = given ? { stream: given, flush: () => undefined } : standardOutput();
  const options: LoggerOptions = {
    level,
    base: { service: name },
    timestamp: stdTimeFunctions.isoTime,
    formatters: {
      level: (label) => ({ level: label }),
      log: ({ req, ...fields }) => ({ ...redact(fields), ...(req !== undefined && { req }) }),
    },
    serializers: { err: serializeError, req: ({ method, url }: { method: string; url: string }) => ({ method, path: url.split('?')[0] }) },
    hooks: {
      logMethod(args, method, severity) {
        method.apply(this, args);
        if (severity >= WARN) flush();
      },
    },
  };
  return pino(options, stream);
}
