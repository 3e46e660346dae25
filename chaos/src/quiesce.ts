import { sleep } from '@microshop/chassis/clock';
import { holds } from '@microshop/inventory-svc/application/collections';
import { unrest } from '@microshop/tools/audit/rest';
import { connectBroker } from '@microshop/tools/broker';
import { of, openDatabases } from '@microshop/tools/databases';

export type QuiesceOptions = { mongodbUrl: string; brokers: readonly string[]; timeoutMs: number; signal: AbortSignal };

const POLL_MS = 500;

/** Waits until nothing is pending, unpublished, unread or held; answers what still is when the time is up, in words. */
export async function quiesce({ mongodbUrl, brokers, timeoutMs, signal }: QuiesceOptions): Promise<string[]> {
  const databases = await openDatabases({ mongodbUrl }, 'quiesce');
  const broker = connectBroker({ brokers }, 'quiesce');
  const until = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    for (;;) {
      const under = await look(async () => [...(await unrest(databases, broker)), ...(await heldUnits())]);
      if (under.length === 0 || until.aborted) return under;
      await sleep(POLL_MS, until);
    }
  } finally {
    await broker.stop();
    await databases.close();
  }

  async function heldUnits(): Promise<string[]> {
    const held = await of(databases['inventory-svc'], holds).countDocuments({ status: 'held' });
    return held === 0 ? [] : [`${held} holds are neither claimed nor expired`];
  }
}

/** A broker or a database that does not answer is no rest either. */
const look = (ask: () => Promise<string[]>): Promise<string[]> =>
  ask().catch((error: unknown) => [`broker or database can not be asked: ${(error as Error).message}`]);
