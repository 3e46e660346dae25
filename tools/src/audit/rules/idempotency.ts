import type { Finding } from './finding.ts';

/** How many keys name each order. */
export function tallyKeys(keys: Iterable<{ orderId: string }>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { orderId } of keys) counts.set(orderId, (counts.get(orderId) ?? 0) + 1);
  return counts;
}

/** 6. Each key made one order, each order has one key. Counts that are one may be left out when `orders` and the keys' total are equal. */
export function* checkKeys(orders: Iterable<string>, counts: ReadonlyMap<string, number>): Generator<Finding> {
  const known = new Set(orders);
  for (const orderId of known) {
    const keys = counts.get(orderId) ?? 0;
    if (keys !== 1) yield found(orderId, keys === 0 ? 'has no idempotency key' : `was made by ${keys} keys`, keys);
  }
  for (const [orderId, keys] of counts)
    if (!known.has(orderId)) yield found(orderId, 'is named by an idempotency key and is not there', keys);
}

const found = (orderId: string, sentence: string, keys: number): Finding => ({
  invariant: 'idempotency',
  subject: { kind: 'order', id: orderId },
  sentence: `${orderId} ${sentence}`,
  fault: { kind: 'key_count', keys },
});
