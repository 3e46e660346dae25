import { createHash } from 'node:crypto';
import type { Db } from 'mongodb';
import { collectionsOf, type Projection } from '../projection/collections.ts';

/** One SHA-256 of all documents of a generation, whatever the order in which they and their fields were written. */
export async function digestOf(db: Db, projection: Projection): Promise<string> {
  const hash = createHash('sha256');
  for (const { name } of collectionsOf(projection))
    for await (const document of db.collection(name).find().sort({ _id: 1 }))
      hash.update(`${name.replace(/_\d+$/, '')}\n${JSON.stringify(sorted(document))}\n`);
  return hash.digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, content]) => [name, sorted(content)]),
  );
}
