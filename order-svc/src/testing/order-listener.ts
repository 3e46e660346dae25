import { newUuid } from '@microshop/chassis/clock';
import type { IncomingRecord, OutgoingRecord } from '@microshop/chassis/kafka/broker';
import { createKafkaBroker } from '@microshop/chassis/kafka/kafkajs-broker';
import type { Logger } from '@microshop/chassis/logger';
import { ordersByCustomer, ordersBySku } from '@microshop/contracts';
import { vi } from 'vitest';

/** A record that order-svc published, as anybody reads it. */
export type Told = {
  topic: string;
  partition: number;
  key: string;
  type: string;
  headers: Record<string, string>;
  data: Record<string, unknown>;
};

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

function toldBy(topic: string, partition: number, { key, value, headers }: IncomingRecord): Told {
  const read = Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, text(content)]));
  return { topic, partition, key: text(key), type: read.ce_type ?? '', headers: read, data: JSON.parse(text(value)) };
}

/** Reads what order-svc publishes, each event once, and sends what others would. */
export async function listenToOrders(brokers: readonly string[], logger: Logger, onTold: (told: Told) => Promise<void>) {
  const broker = createKafkaBroker({
    brokers,
    clientId: 'test',
    logger,
    onFatal(error) {
      throw error;
    },
  });
  const seen = new Set<string>();
  const byOrder = new Map<string, Told[]>();
  const consumption = await broker.consume({
    group: `test-${newUuid()}`,
    topics: [ordersBySku.name, ordersByCustomer.name],
    async onBatch({ topic, partition, records }, { handled }) {
      for (const record of records) {
        const told = toldBy(topic, partition, record);
        const { ce_id: id = '', ce_subject: orderId = '' } = told.headers;
        if (!seen.has(id)) {
          seen.add(id);
          byOrder.set(orderId, [...(byOrder.get(orderId) ?? []), told]);
          await onTold(told);
        }
        handled(record.offset);
      }
    },
  });
  await vi.waitUntil(() => consumption.isAssigned(), { timeout: 30_000, interval: 20 });

  return {
    told: (orderId: string): Told[] => byOrder.get(orderId) ?? [],
    send: (records: readonly OutgoingRecord[]) => broker.send(records),
    async stop() {
      await consumption.stop();
      await broker.stop();
    },
  };
}
