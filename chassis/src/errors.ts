/**
 * The four kinds of failure, one reaction each:
 * - `invalid`: breaks its schema. HTTP 400; a consumer dead-letters the record at once.
 * - `refused`: a rule says no. HTTP 404, 409, 412, 422 or 428; never an error to a consumer, which publishes the refusal as an event.
 * - `transient`: broker, database or network is away. HTTP 503 with Retry-After; a consumer retries in place and never dead-letters.
 * - `bug`: everything else. HTTP 500 with the message hidden; a consumer tries a few times, dead-letters, goes on.
 */
export type ErrorKind = 'invalid' | 'refused' | 'transient' | 'bug';

export type AppErrorOptions = {
  kind: ErrorKind;
  /** Stable, lower_snake_case; callers match on it, never on the message. */
  code: string;
  message: string;
  /** HTTP status for `refused` and `invalid` errors. */
  status?: number;
  /** Further members of the problem document, such as `orderId` or `errors`. */
  extensions?: Record<string, unknown>;
  cause?: unknown;
};

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly status: number | undefined;
  readonly extensions: Record<string, unknown>;

  constructor({ kind, code, message, status, extensions = {}, cause }: AppErrorOptions) {
    super(message, { cause });
    this.name = 'AppError';
    this.kind = kind;
    this.code = code;
    this.status = status;
    this.extensions = extensions;
  }
}

/** A rule says no: nothing was written, and the caller is told what to do. */
export const refused = (status: number, code: string, message: string, extensions?: Record<string, unknown>): AppError =>
  new AppError({ kind: 'refused', status, code, message, ...(extensions && { extensions }) });

/** A dependency is away; the same call may succeed later. */
export const transient = (code: string, message: string, cause?: unknown): AppError =>
  new AppError({ kind: 'transient', code, message, cause });

/** The first AppError on the chain of causes, so that a wrapped error keeps its meaning. */
export function findAppError(error: unknown): AppError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof AppError) return e;
  return undefined;
}
