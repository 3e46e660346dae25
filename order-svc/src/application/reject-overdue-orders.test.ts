import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { describe, expect, it, vi } from 'vitest';
import { after, anOrder, anOrderDocument, at, cancelRequested } from '../testing/builders.ts';
import { memoryTransact } from '../testing/memory-transact.ts';
import { orders } from './collections.ts';
import { createRejectOverdueOrders, type FindOverdueOrders } from './reject-overdue-orders.ts';
import { createSettleOrder } from './settle-order.ts';

const TIMEOUT_MS = 10_000;

/** Orders whose requests were published at these seconds (undefined: not yet), and answers that are handled or not. */
function aSweep(
  publishedAt: Record<string, number | undefined>,
  transactions: (transact: RunInTransaction) => RunInTransaction = (t) => t,
) {
  const { transact, store, events } = memoryTransact();
  const names = Object.keys(publishedAt);
  const idOf = (name: string) => `019bd6a0-0000-7000-8000-${String(names.indexOf(name)).padStart(12, '0')}`;
  store.seed(orders, ...names.map((name) => anOrderDocument(anOrder({ orderId: idOf(name) }))));
  const clock = { second: 0, now: () => at(clock.second) };
  const answers = { handled: true };
  const orderOf = (name: string) => store.find(orders, idOf(name));
  const statusOf = (name: string) => orderOf(name)?.status;
  const findOverdue = vi.fn<FindOverdueOrders>(async (before, limit) =>
    names
      .filter((name) => statusOf(name) === 'pending' && publishedAt[name] !== undefined && at(publishedAt[name]) < before)
      .slice(0, limit)
      .map(idOf),
  );
  const markProgress = vi.fn(async () => async () => answers.handled);
  const sweep = createRejectOverdueOrders({
    transact: transactions(transact),
    settle: createSettleOrder(() => {}),
    findOverdue,
    markProgress,
    clock,
    timeoutMs: TIMEOUT_MS,
  });
  return { sweep, clock, answers, idOf, orderOf, statusOf, store, events, findOverdue, markProgress };
}

describe('the sweep', () => {
  it('rejects what is overdue as timed_out, one sweep after it marked the topics', async () => {
    const { sweep, clock, idOf, orderOf, statusOf, events } = aSweep({ old: 0 });
    clock.second = 11;
    await sweep();
    expect(statusOf('old')).toBe('pending');
    await sweep();
    expect(orderOf('old')).toMatchObject({ status: 'rejected', rejection: { code: 'timed_out' }, version: 2 });
    expect(events().map(({ type, topic, key }) => [type, topic, key])).toEqual([
      ['OrderRejected', 'microshop.orders-by-sku.v1', 'MUG'],
      ['OrderRejected', 'microshop.orders-by-sku.v1', 'TEA'],
      ['OrderRejected', 'microshop.orders-by-customer.v1', 'ada'],
    ]);
    expect(events().every(({ headers }) => headers.ce_correlationid === idOf('old'))).toBe(true);
  });

  it('does not look at the topics while nothing is overdue', async () => {
    const { sweep, clock, markProgress } = aSweep({ young: 5 });
    clock.second = 15;
    await sweep();
    await sweep();
    expect(markProgress).not.toHaveBeenCalled();
  });

  it('does not count the time before the request was published', async () => {
    const { sweep, clock, statusOf } = aSweep({ unpublished: undefined, old: 0 });
    clock.second = 1000;
    await sweep();
    await sweep();
    expect([statusOf('unpublished'), statusOf('old')]).toEqual(['pending', 'rejected']);
  });

  it('waits while answers that were there are not handled', async () => {
    const { sweep, clock, answers, statusOf, markProgress } = aSweep({ old: 0 });
    answers.handled = false;
    clock.second = 11;
    for (let i = 0; i < 5; i++) await sweep();
    expect(statusOf('old')).toBe('pending');
    expect(markProgress).toHaveBeenCalledOnce();
    answers.handled = true;
    await sweep();
    expect(statusOf('old')).toBe('rejected');
  });

  it('rejects only what was overdue when it marked the topics; the rest is for the next mark', async () => {
    const { sweep, clock, statusOf } = aSweep({ old: 0, young: 5 });
    clock.second = 11;
    await sweep();
    clock.second = 16;
    await sweep();
    expect([statusOf('old'), statusOf('young')]).toEqual(['rejected', 'pending']);
    await sweep();
    await sweep();
    expect(statusOf('young')).toBe('rejected');
  });

  it('leaves alone what was decided meanwhile', async () => {
    const { sweep, clock, idOf, statusOf, store, findOverdue } = aSweep({ old: 0 });
    clock.second = 11;
    await sweep();
    store.seed(orders, anOrderDocument(after(anOrder({ orderId: idOf('old') }), cancelRequested)));
    findOverdue.mockResolvedValueOnce([idOf('old'), idOf('gone')]);
    await sweep();
    expect(statusOf('old')).toBe('cancelled');
  });

  it('takes a hundred at a time until none is left', async () => {
    const { sweep, clock, statusOf, markProgress } = aSweep(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`order-${i}`, 0])));
    clock.second = 11;
    const rejected = () => Array.from({ length: 150 }, (_, i) => statusOf(`order-${i}`)).filter((status) => status === 'rejected').length;
    await sweep();
    await sweep();
    expect(rejected()).toBe(100);
    await sweep();
    expect(rejected()).toBe(150);
    expect(markProgress).toHaveBeenCalledOnce();
  });

  it('is not held up by an order that can not be rejected, and says so', async () => {
    const failing =
      (transact: RunInTransaction): RunInTransaction =>
      (work, cause) =>
        cause?.correlationId === '019bd6a0-0000-7000-8000-000000000000' ? Promise.reject(new Error('poison')) : transact(work, cause);
    const { sweep, clock, statusOf } = aSweep({ poison: 0, old: 0, young: 5 }, failing);
    clock.second = 11;
    await sweep();
    await expect(sweep()).rejects.toThrow('poison');
    expect(statusOf('old')).toBe('rejected');
    clock.second = 16;
    await sweep();
    await expect(sweep()).rejects.toThrow('poison');
    expect(statusOf('young')).toBe('rejected');
  });

  it('gives up for now when the database is away, for the rest would only wait for it too', async () => {
    const { sweep, clock, statusOf, store } = aSweep({ old: 0, older: 0 });
    clock.second = 11;
    await sweep();
    store.failNext('begin', 'unavailable');
    await expect(sweep()).rejects.toMatchObject({ kind: 'unavailable' });
    expect([statusOf('old'), statusOf('older')]).toEqual(['pending', 'pending']);
    await sweep();
    expect([statusOf('old'), statusOf('older')]).toEqual(['rejected', 'rejected']);
  });

  it('marks again when the broker was away', async () => {
    const { sweep, clock, statusOf, markProgress } = aSweep({ old: 0 });
    markProgress.mockRejectedValueOnce(new Error('no broker'));
    clock.second = 11;
    await expect(sweep()).rejects.toThrow('no broker');
    await sweep();
    await sweep();
    expect(statusOf('old')).toBe('rejected');
  });
});
