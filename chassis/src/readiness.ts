import type { Db } from 'mongodb';
import { sleep } from './clock.ts';
import type { Checks } from './http/health.ts';
import type { Broker } from './kafka/broker.ts';
import { answerWithin } from './mongo/queries-in-time.ts';

/** How long a dependency may take to answer before it counts as away. */
const CHECK_MS = 1000;

/** Whether each part that a service works with answers now, and if not, what that means. `isAssigned`: whether its consumer has its partitions. */
export async function readiness(db: Db, broker: Pick<Broker, 'ping'>, isAssigned: boolean): ReturnType<Checks> {
  const check = async (work: () => Promise<unknown>, detail: string) => {
    const late = new AbortController();
    const inTime = await Promise.race([
      work()
        .then(() => true)
        .catch(() => false),
      sleep(CHECK_MS, late.signal).then(() => false),
    ]);
    late.abort();
    return inTime ? { ok: true } : { ok: false, detail };
  };
  const [mongodb, kafka] = await Promise.all([
    check(() => db.command({ ping: 1 }, { signal: answerWithin(CHECK_MS) }), 'MongoDB does not answer.'),
    check(() => broker.ping(), 'Kafka does not answer; orders are kept in the outbox until it does.'),
  ]);
  return {
    mongodb,
    kafka,
    consumer: isAssigned ? { ok: true } : { ok: false, detail: 'The consumer has no partitions yet.' },
  };
}
