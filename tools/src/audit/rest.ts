import { sleep } from '@microshop/chassis/clock';
import type { Broker } from '@microshop/chassis/kafka/broker';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { orders } from '@microshop/order-svc/application/collections';
import { type Databases, of, services } from '../databases.ts';
import { plural } from '../dlt/words.ts';
import { lagWords, unpublishedWords } from './marks.ts';

const POLL_MS = 250;

/** What is still under way, in words; empty at rest: nothing pending, nothing unpublished, nothing unread. */
export async function unrest(databases: Databases, broker: Pick<Broker, 'ends' | 'committed'>): Promise<string[]> {
  const pending = await of(databases['order-svc'], orders).countDocuments({ status: 'pending' });
  const under = pending === 0 ? [] : [`${plural(pending, 'order')} pending`];
  for (const service of services) {
    const rows = await of(databases[service], outboxCollection).countDocuments({ pending: true });
    under.push(...unpublishedWords(service, rows), ...(await lagWords(service, broker)));
  }
  return under;
}

/** Waits until all is at rest; answers what was still under way when the time was up. */
export async function waitForRest(databases: Databases, broker: Pick<Broker, 'ends' | 'committed'>, ms: number): Promise<string[]> {
  const until = performance.now() + ms;
  for (;;) {
    const under = await unrest(databases, broker);
    if (under.length === 0 || performance.now() > until) return under;
    await sleep(POLL_MS);
  }
}
