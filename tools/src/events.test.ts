import type { IncomingRecord } from '@microshop/chassis/kafka/broker';
import { describe, expect, it } from 'vitest';
import { inTimeOrder, linesOf, type OrderRecord, ofOrder } from './events.ts';

const orderId = '01a2073c-1e9f-7258-b151-ccaeb5567fbf';

function record(headers: Record<string, string>, value: string | null = '{"sku":"MUG"}'): IncomingRecord {
  return {
    offset: '7',
    key: Buffer.from('MUG'),
    value: value === null ? null : Buffer.from(value),
    headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, Buffer.from(content)])),
    appendedAt: new Date('2026-11-23T07:08:30.250Z'),
  };
}

const shown = (overrides: Partial<OrderRecord> = {}): OrderRecord => ({
  topic: 'microshop.orders-by-sku.v1',
  partition: 3,
  offset: '7',
  key: 'MUG',
  appendedAt: '2026-11-23T07:08:30.250Z',
  id: 'a',
  type: 'OrderRequested',
  source: '/microshop/order-svc',
  data: { sku: 'MUG' },
  ...overrides,
});

describe('a record on a topic', () => {
  const headers = { ce_id: 'a', ce_type: 'OrderRequested', ce_source: '/microshop/order-svc' };
  const place = { topic: 'microshop.orders-by-sku.v1', partition: 3 };

  it('is of the order that its correlation names', () => {
    expect(ofOrder(orderId, { ...place, record: record({ ...headers, ce_correlationid: orderId }) })).toEqual(shown());
    expect(ofOrder(orderId, { ...place, record: record({ ...headers, ce_correlationid: 'another' }) })).toBeUndefined();
    expect(ofOrder(orderId, { ...place, record: record({}) })).toBeUndefined();
  });

  it('tells which dead letter it replays', () => {
    const replay = { ...headers, ce_correlationid: orderId, 'microshop-replay-of': 'inventory-svc/a' };
    const found = ofOrder(orderId, { ...place, record: record(replay) });
    expect(found).toEqual(shown({ replayOf: 'inventory-svc/a' }));
    expect([...linesOf(orderId, [shown(), shown({ offset: '8', replayOf: 'inventory-svc/a' })])].join('\n')).toContain(
      'a replay of the dead letter inventory-svc/a',
    );
  });

  it('tells its cause, and why it is dead', () => {
    const dead = { ...headers, ce_correlationid: orderId, ce_causationid: 'b', '__dlq.errors.message': 'not JSON' };
    expect(ofOrder(orderId, { ...place, record: record(dead, '{') })).toEqual(
      shown({ causationId: 'b', deadBecause: 'not JSON', data: '{' }),
    );
    expect(ofOrder(orderId, { ...place, record: record(dead, null) })).toMatchObject({ data: null });
  });
});

describe('the records of an order', () => {
  const requested = shown();
  const reserved = shown({ id: 'b', type: 'StockReserved', causationId: 'a', appendedAt: '2026-11-23T07:08:30.300Z' });

  it('are in the order in which the broker got them, at one time in the order of their ids', () => {
    const twin = shown({ id: 'aa' });
    expect(inTimeOrder([reserved, twin, requested])).toEqual([requested, twin, reserved]);
  });

  it('name their causes by number, and a repeated event', () => {
    const again = { ...requested, offset: '9', appendedAt: '2026-11-23T07:08:31.000Z' };
    const lines = [...linesOf(orderId, [again, reserved, requested])];
    expect(lines[0]).toBe(`3 records of order ${orderId}`);
    expect(lines.filter((line) => line.startsWith('#'))).toEqual([
      '#1  2026-11-23T07:08:30.250Z  OrderRequested',
      '#2  2026-11-23T07:08:30.300Z  StockReserved',
      '#3  2026-11-23T07:08:31.000Z  OrderRequested',
    ]);
    expect(lines.filter((line) => line.includes('because'))).toEqual([
      '    id a, because of a request or the clock',
      '    id b, because of #1',
      '    id a, because of a request or the clock',
    ]);
    expect(lines).toContain('    the same event as #1, published again');
    expect(lines).toContain('    microshop.orders-by-sku.v1/3@9  key MUG');
  });

  it('say of a dead letter why it is one, and of a cause that is not there its id', () => {
    const lines = [...linesOf(orderId, [shown({ causationId: 'gone', deadBecause: 'not JSON' })])];
    expect(lines).toContain('    dead letter: not JSON');
    expect(lines).toContain('    id a, because of gone');
  });
});
