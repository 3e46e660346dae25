import { newUuid } from '@microshop/chassis/clock';
import { encodeEvent } from '@microshop/chassis/events/cloud-event';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import { createLogger } from '@microshop/chassis/logger';
import { deadLetterTopic, type EventOf, type EventType, ordersBySku, stock } from '@microshop/contracts';
import { inject } from 'vitest';

type Orders = typeof ordersBySku;
export type Told = { type: string; sku: string; reason?: string };

const DEAD_LETTERS = deadLetterTopic(ordersBySku.name, 'inventory-svc');
const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Plays order-svc: writes what orders do, and reads what inventory-svc answers. */
export async function playOrders() {
  const broker = createKafkaBroker({
    brokers: inject('kafkaBrokers'),
    clientId: 'test',
    logger: createLogger({ name: 'test', level: 'error' }),
    onFatal(error) {
      throw error;
    },
  });
  const told = new Map<string, Told[]>();
  const deadKeys: string[] = [];
  const seen = new Set<string>();
  const consumption = await broker.consume({
    group: `test-${newUuid()}`,
    topics: [stock.name, DEAD_LETTERS],
    async onBatch({ topic, records }, { handled }) {
      for (const { key, value, headers, offset } of records) {
        handled(offset);
        const id = textOf(headers.ce_id);
        // At least once: an event may be on the topic twice.
        if (seen.has(id)) continue;
        seen.add(id);
        if (topic === DEAD_LETTERS) deadKeys.push(textOf(key));
        else {
          const { sku, reason } = JSON.parse(textOf(value)) as Told;
          told.getOrInsert(textOf(key), []).push({ type: textOf(headers.ce_type), sku, ...(reason !== undefined && { reason }) });
        }
      }
    },
  });

  const send = (key: string, value: string, headers: Record<string, string | Uint8Array>) =>
    broker.send([{ topic: ordersBySku.name, key, value, headers }]);

  return {
    async say<K extends EventType<Orders>>(type: K, data: EventOf<Orders, K>) {
      const aggregate = { type: 'order', id: data.orderId, version: data.version };
      const event = { topic: ordersBySku, type, data, aggregate, cause: {}, id: newUuid(), time: new Date(), source: '/test' };
      const { headers, payload } = encodeEvent(event);
      await send(data.sku, String(payload), headers);
    },
    send,
    /** What the order was told so far. */
    told: (orderId: string) => told.get(orderId) ?? [],
    deadKeys,
    isReady: () => consumption.isAssigned(),
    async stop() {
      await consumption.stop();
      await broker.stop();
    },
  };
}
