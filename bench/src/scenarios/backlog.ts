import { sleep } from '@microshop/chassis/clock';
import { distance } from '@microshop/chassis/kafka/broker';
import type { ServiceName } from '@microshop/contracts';
import { topics } from '@microshop/contracts';
import { connectBroker } from '@microshop/tools/broker';
import type { OwnBench } from '../bench.ts';
import { closed, measure } from '../measure/measure.ts';
import { significant } from '../measure/statistics.ts';
import type { Figure } from '../report/result.ts';
import { prepared } from './prepared.ts';
import type { Scenario } from './scenario.ts';

/** An order of 2 SKUs is 2 events for inventory-svc and 1 for loyalty-svc; their answers are 3 for order-svc. */
const EVENTS_PER_ORDER = 3;
const POLL_MS = 100;
const WORKERS = ['inventory-svc', 'loyalty-svc'] as const;
const TARGET = { atLeast: 5000 };

/** Orders come in while nobody works on them; then each consumer works off alone what waits for it. */
export const backlog: Scenario = {
  title: 'A backlog of events is drained',
  isUsual: false,
  on: 'own stack',
  async run(bench) {
    const { shop, options } = bench;
    const { orders, checks } = await prepared(bench, { waitSeconds: 0 });
    for (const service of WORKERS) await shop.scale(service, 0);
    const events = Math.max(...(options.sizes ?? [options.isFull ? 200_000 : 30_000]));
    const count = Math.ceil(events / EVENTS_PER_ORDER);
    const taken = await measure(bench.load, bench.system(), {
      orders,
      arrivals: closed(256),
      span: { orders: count },
    });
    bench.say(`${count} orders taken in ${taken.load.seconds} s`);
    await published(bench);
    await shop.scale('order-svc', 0);

    const figures: Figure[] = [];
    for (const service of [...WORKERS, 'order-svc'] as const) {
      const perSecond = await drainedPerSecond(bench, service);
      bench.say(`${service}: ${perSecond} events/s`);
      figures.push({ name: `${service} drains`, unit: 'events/s', value: perSecond, target: TARGET });
      // One at a time: what they answer waits for the next.
      if (service !== 'order-svc') await shop.scale(service, 0);
    }
    for (const service of WORKERS) await shop.scale(service, 1);
    return { figures, measurements: [], curves: [], checks: await checks() };
  },
};

/** Nothing of order-svc is left to be sent. */
async function published({ databases, signal }: OwnBench): Promise<void> {
  const rows = databases['order-svc'].db.collection('outbox');
  while (!signal.aborted && (await rows.countDocuments({ pending: true }, { limit: 1 })) > 0) await sleep(POLL_MS, signal);
}

/** Starts the service and waits until its group has handled all that is on its topics; events a second since it first said that it handled some. */
async function drainedPerSecond(bench: OwnBench, service: ServiceName): Promise<number> {
  const { servers, shop, signal } = bench;
  const broker = connectBroker({ brokers: [servers.kafkaBrokers] }, 'bench');
  const consumed = topics.filter(({ consumers }) => consumers.includes(service)).map(({ name }) => name);
  try {
    const ends = await broker.ends(consumed);
    const left = async () => distance(await broker.committed(service, consumed), ends);
    const waiting = await left();
    const downTo = async (most: number) => {
      for (;;) {
        const events = await left();
        if (events <= most || signal.aborted) return { events, at: performance.now() };
        await sleep(POLL_MS, signal);
      }
    };
    const starting = shop.scale(service, 1);
    const first = await downTo(waiting - 1);
    await starting;
    const drained = downTo(0);
    await bench.profile?.(service, () => drained);
    const last = await drained;
    return significant((first.events - last.events) / ((last.at - first.at) / 1000 || 1));
  } finally {
    await broker.stop();
  }
}
