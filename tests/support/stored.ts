import { openDatabases, services } from '@microshop/tools/databases';
import { inject } from 'vitest';

/** How many documents each collection of the three services holds, without the leases. */
export async function countStored(): Promise<Record<string, number>> {
  const databases = await openDatabases({ mongodbUrl: inject('mongodbUrl') }, 'test');
  try {
    const counts: Record<string, number> = {};
    for (const service of services) {
      const { db } = databases[service];
      for (const { name } of await db.listCollections().toArray())
        if (name !== 'leases') counts[`${service}.${name}`] = await db.collection(name).countDocuments();
    }
    return counts;
  } finally {
    await databases.close();
  }
}
