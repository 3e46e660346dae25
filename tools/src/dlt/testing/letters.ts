import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import { parkedId } from '@microshop/chassis/inbox/inbox';

export const ORDER = '019bd6a0-0000-7000-8000-000000000001';

/** A dead OrderRequested for 2 MUG at inventory-svc. */
export function aLetter(overrides: Partial<DeadLetter> & { data?: object } = {}): DeadLetter {
  const { data = {}, ...fields } = overrides;
  const { eventId = 'e1', eventType = 'OrderRequested', group = 'inventory-svc', topic = 'microshop.orders-by-sku.v1' } = fields;
  const value = { orderId: ORDER, version: 1, sku: 'MUG', quantity: 2, timeoutMs: 600_000, itemsDigest: 'digest', ...data };
  return {
    _id: `${group}/${eventId}`,
    group,
    topic,
    partition: 3,
    offset: '10',
    key: Buffer.from('MUG'),
    value: Buffer.from(JSON.stringify(value)),
    headers: { ce_id: Buffer.from(eventId), ce_type: Buffer.from(eventType) },
    eventId,
    eventType,
    orderId: ORDER,
    status: 'dead',
    code: 'handler_failed',
    error: 'Error: no',
    attempts: 3,
    at: new Date('2026-02-10T12:00:00Z'),
    ...fields,
  };
}

export const PARK = parkedId('inventory-svc', 'microshop.orders-by-sku.v1', 'MUG', ORDER);
