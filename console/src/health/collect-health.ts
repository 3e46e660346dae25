import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import type { Broker, Positions } from '@microshop/chassis/kafka/broker';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { type ServiceName, topics } from '@microshop/contracts';
import type { Health, Lag, ProjectionHealth, ServiceHealth } from '../api/health.ts';
import type { ServiceUrls } from '../config.ts';
import { of, type Place, type ShopSource } from '../letters/shop.ts';
import type { OrderQueries } from '../persistence/order-queries.ts';
import type { Following } from '../projection/follow.ts';
import { groupOf } from '../projection/projector.ts';
import { allTopics } from '../projection/record.ts';
import type { LagClock } from './lag-clock.ts';
import { type Readyz, readyzOf } from './readyz.ts';

export type HealthPorts = {
  urls: ServiceUrls;
  shops: ShopSource;
  broker: Pick<Broker, 'ends' | 'committed' | 'ping'>;
  lagClock: LagClock;
  orders: OrderQueries;
  following: Following;
  now: () => Date;
};

export type CollectHealth = () => Promise<Health>;

const MINUTES = 30;
/** Enough to know that it is bad. */
const COUNTED = 10_000;

const consumedBy = (service: ServiceName): string[] =>
  topics.filter(({ consumers }) => consumers.includes(service)).map(({ name }) => name);

/** Asks every part how it is; a part that does not answer is `away`, and breaks nothing. */
export function createCollectHealth(ports: HealthPorts): CollectHealth {
  const { urls, shops, broker, lagClock, orders, following, now } = ports;

  return async () => {
    const at = now();
    const shop = await settled(shops.shop());
    const ends = await settled(broker.ends(allTopics));
    if (ends) lagClock.sample(ends, at);
    const lagOf = async (group: string, names: readonly string[]): Promise<Lag | null> => {
      const committed = ends && (await settled(broker.committed(group, names)));
      return committed ? lagClock.lagOf(committed as Positions, at) : null;
    };
    const services = await Promise.all(
      (Object.keys(urls) as ServiceName[]).map(async (name) => {
        const place = shop?.placeOf(name);
        const [readyz, stores, lag] = await Promise.all([readyzOf(urls[name]), storesOf(place, at), lagOf(name, consumedBy(name))]);
        return serviceHealth(name, readyz, stores, lag);
      }),
    );
    const [perMinute, pending, projection] = await Promise.all([
      settled(orders.perMinute(at, MINUTES)),
      settled(orders.pending()),
      projectionHealth(following, lagOf),
    ]);
    const kafka = {
      name: 'kafka',
      isOk: ends !== undefined,
      detail: ends ? null : 'Kafka does not answer, or its topics are not there yet.',
    };
    const mongodb = { name: 'mongodb', isOk: pending !== undefined, detail: pending ? null : 'MongoDB does not answer.' };
    return {
      at: at.toISOString(),
      isOk: kafka.isOk && mongodb.isOk && services.every(({ state }) => state === 'ready'),
      services,
      kafka,
      mongodb,
      projection,
      ordersPerMinute: perMinute ?? [],
      orders: { pending: pending?.pending ?? 0, oldestPendingAt: pending?.oldestPendingAt?.toISOString() ?? null },
    };
  };
}

/** Undefined when it failed: the part is away. */
const settled = <T>(work: Promise<T>): Promise<T | undefined> => work.catch(() => undefined);

type Stores = Pick<ServiceHealth, 'outbox' | 'deadLetters'>;
const UNKNOWN: Stores = { outbox: { pending: null, oldestSeconds: null, stuck: null }, deadLetters: null };

async function storesOf(place: Place | undefined, at: Date): Promise<Stores> {
  if (!place) return UNKNOWN;
  const outbox = of(place, outboxCollection);
  const letters = of(place, deadLetterCollection);
  const waiting = { pending: true } as const;
  const counted = await settled(
    Promise.all([
      outbox.countDocuments(waiting, { limit: COUNTED }),
      outbox
        .find(waiting, { projection: { createdAt: 1 } })
        .sort({ _id: 1 })
        .limit(1)
        .next(),
      outbox.countDocuments({ ...waiting, 'stuck.0': { $exists: true } }, { limit: COUNTED }),
      letters.countDocuments({ status: 'dead' }, { limit: COUNTED }),
      letters.countDocuments({ status: 'parked' }, { limit: COUNTED }),
    ]),
  );
  if (!counted) return UNKNOWN;
  const [pending, oldest, stuck, dead, parked] = counted;
  const oldestSeconds = oldest ? Math.max(0, (at.getTime() - oldest.createdAt.getTime()) / 1000) : null;
  return { outbox: { pending, oldestSeconds, stuck }, deadLetters: { dead, parked } };
}

function serviceHealth(name: ServiceName, readyz: Readyz | undefined, stores: Stores, lag: Lag | null): ServiceHealth {
  const checks = Object.entries(readyz?.checks ?? {}).map(([check, { ok, detail }]) => ({ name: check, isOk: ok, detail: detail ?? null }));
  return { name, state: readyz?.status ?? 'away', checks, ...stores, lag };
}

/** So few records are what is under way. */
const UNDER_WAY = 100;

async function projectionHealth(
  following: Following,
  lagOf: (group: string, names: readonly string[]) => Promise<Lag | null>,
): Promise<ProjectionHealth> {
  const state = following.state();
  const { generation } = following.projection();
  const lag = state ? await lagOf(groupOf(generation), allTopics) : null;
  const name = !lag ? 'away' : state?.building ? 'rebuilding' : lag.records > UNDER_WAY || !following.isAssigned() ? 'catching-up' : 'live';
  return { state: name, generation, lag, progress: state?.building?.progress ?? null, builtAt: state?.builtAt?.toISOString() ?? null };
}
