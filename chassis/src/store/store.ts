/** A document is found by its `_id` alone: every aggregate has a natural key, so a unit of work needs no other query. */
export type Document = { _id: string };

export type IndexSpec = {
  keys: Record<string, 1 | -1>;
  unique?: boolean;
  partial?: Record<string, unknown>;
  /** Removes a document this long after the date in the (single) key. */
  expireAfterSeconds?: number;
};

/** A collection and the type of its documents. `validator` is a MongoDB `$jsonSchema`: the database refuses what breaks it. */
export type Collection<T extends Document> = {
  readonly name: string;
  readonly validator?: Record<string, unknown>;
  readonly indexes?: readonly IndexSpec[];
  /** Of this size, and what is oldest gives way. No transaction can write it. */
  readonly cappedBytes?: number;
  /** Carries the type only; never set. */
  readonly documentType?: T;
};

export const collection = <T extends Document>(
  name: string,
  options: Pick<Collection<T>, 'validator' | 'indexes' | 'cappedBytes'> = {},
): Collection<T> => ({ name, ...options });

export type Write =
  | { kind: 'insert'; collection: Collection<Document>; document: Document }
  /** With `former`, which the transaction has read, only what differs need be written. */
  | { kind: 'replace'; collection: Collection<Document>; former?: Document; document: Document }
  | { kind: 'remove'; collection: Collection<Document>; id: string };

/** One transaction on a snapshot. */
export type StoreSession = {
  /** The documents that exist, as they were when the transaction began. */
  read<T extends Document>(collection: Collection<T>, ids: readonly string[]): Promise<T[]>;
  /** Whether there was a document whose id begins so. */
  hasAny(collection: Collection<Document>, idPrefix: string): Promise<boolean>;
  /**
   * Applies all writes and commits, or nothing. Durable on a majority when it returns.
   * Fails with a StoreError: `conflict` (someone else wrote one of these documents, or inserted one: read anew),
   * `unknown` (committed or not: read by key), `unavailable` (nothing was written).
   */
  commit(writes: readonly Write[]): Promise<void>;
  /** Ends the session; what was not committed is gone. */
  end(): Promise<void>;
};

export type Store = { begin(): Promise<StoreSession> };

export type StoreErrorKind = 'conflict' | 'unknown' | 'unavailable';

/** A failure of the store that says nothing about the work itself: the same work may succeed when it is done again. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  constructor(kind: StoreErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.kind = kind;
  }
}

/** The database refuses a document that breaks its collection's validator: a bug of the work that wrote it. */
export class ValidatorRefusal extends Error {
  readonly collection: string;
  readonly code: unknown;
  constructor(collection: string, cause: { code?: unknown }) {
    super(`The database refuses a document of ${collection}: it breaks the collection's validator.`, { cause });
    this.name = 'ValidatorRefusal';
    this.collection = collection;
    this.code = cause.code;
  }
}

export function findStoreError(error: unknown): StoreError | undefined {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof StoreError) return e;
  return undefined;
}
