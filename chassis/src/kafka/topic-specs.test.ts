import { defineTopic } from '@microshop/contracts';
import { describe, expect, test } from 'vitest';
import { tallies } from '../testing/events.ts';
import { topicSpecsFor } from './topic-specs.ts';

const states = defineTopic({ ...tallies, name: 'test.states.v1', retention: 'compacted', partitions: 5 });
const foreign = defineTopic({ ...tallies, name: 'test.foreign.v1', consumers: ['loyalty-svc'] });
const own = defineTopic({ ...tallies, name: 'test.own.v1', consumers: ['order-svc'] });

describe('the topics of a service', () => {
  test('are those that it writes or reads, and a dead-letter topic with as many partitions for each that it reads', () => {
    const specs = topicSpecsFor('inventory-svc', [tallies, states, foreign]);
    expect(specs.map(({ name, partitions }) => [name, partitions])).toEqual([
      ['test.tallies.v1', 3],
      ['test.states.v1', 5],
      ['test.tallies.v1.inventory-svc-dlt', 3],
      ['test.states.v1.inventory-svc-dlt', 5],
    ]);
  });

  test('are named once when it writes and reads them', () => {
    expect(topicSpecsFor('order-svc', [own]).map(({ name }) => name)).toEqual(['test.own.v1', 'test.own.v1.order-svc-dlt']);
  });

  test('have the broker’s clock, 30 days or the last state of each key', () => {
    const [events, state, letters] = topicSpecsFor('inventory-svc', [tallies, states]);
    expect(events?.config).toEqual({
      'message.timestamp.type': 'LogAppendTime',
      'cleanup.policy': 'delete',
      'retention.ms': String(30 * 24 * 3600 * 1000),
    });
    expect(state?.config).toMatchObject({ 'message.timestamp.type': 'LogAppendTime', 'cleanup.policy': 'compact' });
    // Room for the headers of a failure beside the largest record that the topic takes.
    expect(letters?.config).toEqual({ ...events?.config, 'max.message.bytes': String(2 * 1024 * 1024) });
  });

  test('are on as many brokers as is said, with dead letters too; unsaid, that is for the brokers to decide', () => {
    const settings = { TOPIC_REPLICATION_FACTOR: 3, TOPIC_MIN_INSYNC_REPLICAS: 2 };
    for (const { replicas, config } of topicSpecsFor('inventory-svc', [tallies, states], settings))
      expect([replicas, config['min.insync.replicas']]).toEqual([3, '2']);
    for (const spec of topicSpecsFor('inventory-svc', [tallies, states])) {
      expect(spec).not.toHaveProperty('replicas');
      expect(spec.config).not.toHaveProperty('min.insync.replicas');
    }
  });
});
