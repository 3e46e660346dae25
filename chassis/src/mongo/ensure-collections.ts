import { isDeepStrictEqual } from 'node:util';
import { type Db, MongoServerError } from 'mongodb';
import { refused } from '../errors.ts';
import type { Collection, Document, IndexSpec } from '../store/store.ts';

const NAMESPACE_EXISTS = 48;
/** IndexOptionsConflict, IndexKeySpecsConflict. */
const INDEX_CONFLICTS = new Set<unknown>([85, 86]);

type Options = { validator?: unknown };

/**
 * Creates collections, validators and indexes, before any transaction touches them. Can be run again, and by several instances at once.
 * What is there already is left alone: changing a collection waits for its transactions, also for one that a killed process left open.
 */
export async function ensureCollections(db: Db, collections: readonly Collection<Document>[]): Promise<void> {
  const present = new Map(
    (await db.listCollections<{ name: string; options?: Options }>().toArray()).map(({ name, options }) => [name, options]),
  );
  await Promise.all(collections.map((collection) => ensureCollection(db, collection, present.get(collection.name))));
}

async function ensureCollection(
  db: Db,
  { name, validator, indexes = [], cappedBytes }: Collection<Document>,
  present: Options | undefined,
): Promise<void> {
  const rule = validator
    ? { validator: { $jsonSchema: validator }, validationLevel: 'strict' as const, validationAction: 'error' as const }
    : {};
  const capped = cappedBytes === undefined ? {} : { capped: true, size: cappedBytes };
  if (!present) await db.createCollection(name, { ...rule, ...capped }).catch(orIsThere);
  else if (validator && !isDeepStrictEqual(present.validator, rule.validator)) await db.command({ collMod: name, ...rule });
  for (const index of indexes) await ensureIndex(db, name, index);
}

async function ensureIndex(db: Db, collection: string, { keys, unique, partial, expireAfterSeconds }: IndexSpec): Promise<void> {
  const options = {
    ...(unique && { unique }),
    ...(partial && { partialFilterExpression: partial }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
  };
  try {
    await db.collection(collection).createIndex(keys, options);
  } catch (error) {
    if (!(error instanceof MongoServerError) || !INDEX_CONFLICTS.has(error.code)) throw error;
    const name = Object.entries(keys).flat().join('_');
    throw refused(
      409,
      'index_differs',
      `The index ${name} of ${db.databaseName}.${collection} has other options than this version needs. Drop it, db.getSiblingDB('${db.databaseName}').${collection}.dropIndex('${name}'), and start again: it is made anew.`,
    );
  }
}

/** Another instance was quicker. */
function orIsThere(error: unknown): void {
  if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
}
