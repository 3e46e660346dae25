import type { Clock } from '@microshop/chassis/clock';
import { findStoreError } from '@microshop/chassis/store/store';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { orders } from './collections.ts';
import type { SettleOrder } from './settle-order.ts';

/** Ids of pending orders whose OrderRequested was published before `publishedBefore`, oldest first. */
export type FindOverdueOrders = (publishedBefore: Date, limit: number) => Promise<string[]>;

export type RejectOverduePorts = {
  transact: RunInTransaction;
  settle: SettleOrder;
  findOverdue: FindOverdueOrders;
  /** Marks the answers that are on the topics now; tells later whether all of them were handled. */
  markProgress: () => Promise<() => Promise<boolean>>;
  clock: Clock;
  timeoutMs: number;
};

const LIMIT = 100;

/**
 * One sweep: rejects orders that nobody decided in time. Answers that were given before count: a sweep only rejects what was overdue when it
 * marked the topics, once all up to the marks is handled. So an outage costs waiting, not live orders.
 */
export function createRejectOverdueOrders({
  transact,
  settle,
  findOverdue,
  markProgress,
  clock,
  timeoutMs,
}: RejectOverduePorts): () => Promise<void> {
  let marked: { before: Date; isHandled: () => Promise<boolean> } | undefined;
  const overdueAt = (now: Date) => new Date(now.getTime() - timeoutMs);

  return async () => {
    if (!marked) {
      const before = overdueAt(clock.now());
      if ((await findOverdue(before, 1)).length > 0) marked = { before, isHandled: await markProgress() };
      return;
    }
    if (!(await marked.isHandled())) return;
    const orderIds = await findOverdue(marked.before, LIMIT);
    const failures: unknown[] = [];
    for (const orderId of orderIds)
      await rejectOverdue(orderId).catch((error: unknown) => {
        if (findStoreError(error)) throw error;
        // One that can not be rejected holds up no other.
        failures.push(error);
      });
    if (failures.length > 0 || orderIds.length < LIMIT) marked = undefined;
    if (failures.length > 0) throw failures[0];
  };

  function rejectOverdue(orderId: string) {
    return transact(
      async (tx) => {
        const order = await tx.get(orders, orderId);
        if (order) await settle(tx, order, { type: 'TimedOut' });
      },
      { correlationId: orderId },
    );
  }
}
