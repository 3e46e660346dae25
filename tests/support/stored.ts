import { openDatabases } from '@microshop/tools/audit/databases';
import { inject } from 'vitest';

/** How many documents each collection of the three services holds, without the leases. */
export async function countStored(): Promise<Record<string, number>> {
  const { close, ...databases } = openDatabases(inject('mongodbUrl'));
  try {
    const counts: Record<string, number> = {};
    for (const [service, db] of Object.entries(databases))
      for (const { name } of await db.listCollections().toArray())
        if (name !== 'leases') counts[`${service}.${name}`] = await db.collection(name).countDocuments();
    return counts;
  } finally {
    await close();
  }
}
