import { encodeEvent } from '@microshop/chassis/events/cloud-event';
import { type Topic, topics } from '@microshop/contracts';
import { goldenMessage } from '@microshop/contracts/golden';
import { ToolFailure } from '../failure.ts';

type Sample = { topic: string; key: string; headers: Readonly<Record<string, unknown>>; value: unknown };

/** The golden messages of an event as records, one for each topic that has it: `OrderRequested`, or `TOPIC/OrderRequested` for one topic. */
export function samplesOf(event: string): Sample[] {
  const [type = '', name] = event.split('/').reverse();
  const having = topics.filter((topic) => Object.hasOwn(topic.events, type) && (name === undefined || topic.name === name));
  if (having.length === 0) {
    const types = [...new Set(topics.flatMap(({ events }) => Object.keys(events)))].sort();
    throw new ToolFailure(`There is no event ${event}: give one of ${types.join(', ')}, or TOPIC/EVENT.`);
  }
  return having.map((topic) => sampleOf(topic, type));
}

function sampleOf(topic: Topic, type: string): Sample {
  const data = goldenMessage(topic, type) ?? {};
  const { orderId, version = 1 } = data as { orderId?: string; version?: number };
  const id = '019bd6a0-3c1e-7a40-9b1f-000000000001';
  const { key, headers } = encodeEvent({
    topic,
    type,
    data: data as never,
    aggregate: { type: 'sample', id: orderId ?? String(data[topic.key]), version },
    cause: { traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01` },
    id,
    time: new Date('2026-01-02T03:04:05.678Z'),
    source: `/microshop/${topic.owner}`,
  });
  return { topic: topic.name, key: String(key), headers, value: data };
}
