import { type Db, MongoServerError } from 'mongodb';
import type { Collection, Document } from '../store/store.ts';

const NAMESPACE_EXISTS = 48;

/** Creates collections, validators and indexes, before any transaction touches them. Can be run again, and by several instances at once. */
export async function ensureCollections(db: Db, collections: readonly Collection<Document>[]): Promise<void> {
  await Promise.all(collections.map((collection) => ensureCollection(db, collection)));
}

async function ensureCollection(db: Db, { name, validator, indexes = [] }: Collection<Document>): Promise<void> {
  const rule = validator
    ? { validator: { $jsonSchema: validator }, validationLevel: 'strict' as const, validationAction: 'error' as const }
    : {};
  await db.createCollection(name, rule).catch(async (error: unknown) => {
    if (!(error instanceof MongoServerError) || error.code !== NAMESPACE_EXISTS) throw error;
    if (validator) await db.command({ collMod: name, ...rule });
  });
  if (indexes.length === 0) return;
  await db.collection(name).createIndexes(
    indexes.map(({ keys, unique, partial, expireAfterSeconds }) => ({
      key: keys,
      ...(unique && { unique }),
      ...(partial && { partialFilterExpression: partial }),
      ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
    })),
  );
}
