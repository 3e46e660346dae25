import {
  MongoBulkWriteError,
  MongoError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { type AppError, findAppError, transient } from '../errors.ts';
import { findStoreError, StoreError } from '../store/store.ts';

/** A cleared pool is a network error too; a full wait queue has a class that the driver does not export. */
const AWAY = [MongoNetworkError, MongoServerSelectionError, MongoNotConnectedError, MongoTopologyClosedError];
const WAIT_QUEUE_TIMEOUT = 'MongoWaitQueueTimeoutError';

/** DuplicateKey, WriteConflict, NoSuchTransaction, SnapshotUnavailable, LockTimeout: another transaction was first. */
const CONFLICTS = new Set<unknown>([11000, 112, 251, 246, 24]);
/** Stepdowns, shutdowns, elections and server-side time limits. */
const AWAY_CODES = new Set<unknown>([91, 189, 11600, 11602, 10107, 13435, 13436, 50, 262, 6, 7, 89, 9001]);

/**
 * What the driver threw, as a StoreError where the failure says nothing about the work; else as it was. A duplicate key is a conflict: ids are
 * natural keys and were read first, so someone inserted one meanwhile, and a new read will show it.
 */
export function toStoreError(error: unknown, phase: 'work' | 'commit'): unknown {
  if (!(error instanceof MongoError)) return error;
  if (error instanceof MongoServerError && CONFLICTS.has(error.code))
    return new StoreError('conflict', 'Another transaction was first.', error);
  const away =
    AWAY.some((type) => error instanceof type) || isHidden(error) || error.name === WAIT_QUEUE_TIMEOUT || AWAY_CODES.has(error.code);
  if (phase === 'commit' && (away || error.hasErrorLabel('UnknownTransactionCommitResult')))
    return new StoreError('unknown', 'The database did not say whether the transaction was committed.', error);
  if (away) return new StoreError('unavailable', 'The database is away.', error);
  if (error.hasErrorLabel('TransientTransactionError')) return new StoreError('conflict', 'The transaction was aborted.', error);
  return error;
}

const DOCUMENT_VALIDATION_FAILURE = 121;
export const isValidatorRefusal = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && error.code === DOCUMENT_VALIDATION_FAILURE;

/** A bulk write wraps what happened on the way to the server, and of its class nothing is left; what the server answered has a code. */
const isHidden = (error: MongoError): boolean => error instanceof MongoBulkWriteError && error.code === undefined;

/** What a caller over HTTP is told of a failure of the database; undefined when it was something else. */
export function asAppError(error: unknown): AppError | undefined {
  const known = findAppError(error);
  if (known) return known;
  const failure = findStoreError(error) ?? findStoreError(toStoreError(error, 'work'));
  if (!failure) return undefined;
  if (failure.kind === 'unknown')
    return transient(
      'outcome_unknown',
      'The database did not say whether this was done. Read the state, or repeat with the same Idempotency-Key.',
      error,
    );
  if (failure.kind === 'conflict')
    return transient('overloaded', 'Too many requests change the same thing at once. Try again shortly.', error);
  return transient('database_unavailable', 'The database is away. Try again shortly.', error);
}
