import type { OutgoingRecord } from '@microshop/chassis/kafka/broker';
import { readTopics } from '@microshop/chassis/kafka/read-topics';
import { setOffsets } from '@microshop/chassis/kafka/set-offsets';
import { type ServiceName, type Topic, topics } from '@microshop/contracts';
import { connectBroker } from '@microshop/tools/broker';
import { POISON_HEADER, type PoisonDetail, services } from '../run-folder.ts';
import { untilItWorks } from '../until-it-works.ts';
import type { FaultKind } from './fault.ts';
import { instancesOf } from './process-faults.ts';

const consumed = topics.filter(({ consumers }) => consumers.length > 0);
/** Where a later record of a key may be an earlier state: a compacted topic keeps the last of a key, and only its owner writes there. */
const events = consumed.filter(({ retention }) => retention !== 'compacted');

async function send(brokers: readonly string[], records: readonly OutgoingRecord[]): Promise<void> {
  const broker = connectBroker({ brokers }, 'chaos');
  try {
    await broker.send(records);
  } finally {
    await broker.stop();
  }
}

const MOST_DUPLICATES = 200;

export const duplicates: FaultKind = {
  says: 'records of a topic are there again, byte for byte',
  targets: events.map(({ name }) => name),
  lengthMs: [1000, 2000],
  needs: () => ['kafka'],
  async strike({ target }, { cluster, random, signal }) {
    const found: OutgoingRecord[] = [];
    await readTopics({
      brokers: cluster.brokers,
      topics: [target],
      signal,
      onRecord: (topic, partition, { key, value, headers }) =>
        found.push({
          topic,
          partition,
          key,
          value,
          headers: Object.fromEntries(Object.entries(headers).flatMap(([name, content]) => (content ? [[name, content]] : []))),
        }),
    });
    const from = random.between(0, Math.max(0, found.length - MOST_DUPLICATES));
    const again = found.slice(from, from + MOST_DUPLICATES);
    if (again.length === 0) return undefined;
    await send(cluster.brokers, again);
    return { seen: `${again.length} of ${found.length} records` };
  },
};

const SET_BACK_WITHIN_MS = 20_000;

export const offsetReset: FaultKind = {
  says: "a service's group goes back on its topics, while its consumers are stopped",
  targets: services,
  lengthMs: [6000, 10_000],
  needs: (target) => [...instancesOf(target), 'kafka'],
  detail: (random) => ({ back: random.chance(0.3) ? 1_000_000 : random.between(20, 300) }),
  async strike({ target, detail }, { cluster, signal }) {
    const service = target as ServiceName;
    const instances = cluster.of(service);
    const back = BigInt(detail.back ?? 0);
    let again = 0n;
    await Promise.all(instances.map((instance) => instance.stop()));
    try {
      const until = AbortSignal.any([signal, AbortSignal.timeout(SET_BACK_WITHIN_MS)]);
      await untilItWorks(until, async () => {
        again = 0n;
        await setOffsets({
          brokers: cluster.brokers,
          group: service,
          topics: consumed.filter(({ consumers }) => consumers.includes(service)).map(({ name }) => name),
          to({ committed, oldest }) {
            const wanted = committed - back;
            const next = wanted < oldest ? oldest : wanted;
            again += committed - next;
            return next;
          },
        });
      });
    } finally {
      for (const instance of instances) instance.start();
    }
    return again > 0n ? { seen: `${again} records to read again` } : undefined;
  },
};

type Poison = PoisonDetail['poison'][number] & { record: OutgoingRecord };
const LARGE = 900_000;
const SEND_WITHIN_MS = 30_000;

/** One of each kind: what can not be read, what breaks its schema, what is too large, what nobody knows. */
export function poisonFor({ name: topic, events: known, retention }: Topic, tag: string): Poison[] {
  const type = Object.keys(known)[0] ?? '';
  const named = (kind: string, record: Partial<OutgoingRecord>, expect: Poison['expect'] = 'dead'): Poison => {
    const name = `${kind}-${tag}`;
    const headers = { ce_id: name, ce_type: type, [POISON_HEADER]: name };
    return { name, expect, record: { topic, key: name, value: '{}', ...record, headers: { ...headers, ...record.headers } } };
  };
  return [
    named('not-json', { value: '{"orderId": ' }),
    named('wrong-schema', { value: '{"orderId": 7}' }),
    // The broker itself refuses one on a compacted topic.
    ...(retention === 'compacted' ? [] : [named('null-key', { key: null })]),
    named('tombstone', { value: null }),
    named('no-type', { headers: { ce_type: '' } }),
    named('not-utf8', { value: new Uint8Array([0xff, 0xfe, 0x00, 0x80]) }),
    named('large', { value: 'x'.repeat(LARGE) }),
    named('unknown-type', { headers: { ce_type: 'NeverHeardOf' } }, 'ignored'),
  ];
}

export const poison: FaultKind = {
  says: 'records that nobody can handle: broken, foreign, without key or value, 900 kB',
  targets: consumed.map(({ name }) => name),
  lengthMs: [1000, 1000],
  needs: () => ['kafka'],
  async strike({ target, fault }, { cluster, random, signal, poisoned }) {
    const topic = consumed.find(({ name }) => name === target);
    const all = topic ? poisonFor(topic, `${fault}-${random.between(0, 2 ** 31 - 1).toString(36)}`) : [];
    // One by one: 900 kB beside others would be more than a send may have.
    const until = AbortSignal.any([signal, AbortSignal.timeout(SEND_WITHIN_MS)]);
    for (const { record, ...named } of all) {
      // Another fault may have the broker; one that is sent twice is still one letter.
      await untilItWorks(until, () => send(cluster.brokers, [record]));
      poisoned(named);
    }
    return { seen: `${all.length} records` };
  },
};
