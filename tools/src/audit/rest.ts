import { sleep } from '@microshop/chassis/clock';
import { type Broker, distance } from '@microshop/chassis/kafka/broker';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { type ServiceName, topics } from '@microshop/contracts';
import { orders } from '@microshop/order-svc/application/collections';
import { type Databases, of } from './databases.ts';

const services: readonly ServiceName[] = ['order-svc', 'inventory-svc', 'loyalty-svc'];
const POLL_MS = 250;

/** What is still under way, in words; empty at rest: nothing pending, nothing unpublished, nothing unread. */
export async function unrest(databases: Databases, broker: Pick<Broker, 'ends' | 'committed'>): Promise<string[]> {
  const under: string[] = [];
  const pending = await of(databases.orders, orders).countDocuments({ status: 'pending' });
  if (pending > 0) under.push(`${pending} orders are pending`);
  for (const [service, db] of [
    ['order-svc', databases.orders],
    ['inventory-svc', databases.inventory],
    ['loyalty-svc', databases.loyalty],
  ] as const) {
    const rows = await of(db, outboxCollection).countDocuments({ pending: true });
    if (rows > 0) under.push(`${rows} outbox rows of ${service} are not published`);
  }
  for (const service of services) {
    const read = topics.filter(({ consumers }) => consumers.includes(service)).map(({ name }) => name);
    const lag = distance(await broker.committed(service, read), await broker.ends(read));
    if (lag > 0) under.push(`${service} has ${lag} records to read`);
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
