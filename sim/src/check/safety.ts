import type { ServiceName } from '@microshop/contracts';
import type { HoldDocument, MovementDocument, ReservationDocument, StockDocument } from '@microshop/inventory-svc/application/collections';
import { rebuildLevel } from '@microshop/inventory-svc/domain/stock';
import type { CustomerDocument, LedgerDocument, OrderPointsDocument } from '@microshop/loyalty-svc/application/collections';
import type {
  DiscountDocument,
  DiscountUseDocument,
  IdempotencyDocument,
  OrderDocument,
} from '@microshop/order-svc/application/collections';
import type { Scenario } from '../scenario.ts';
import type { Change } from '../world/database.ts';
import type { Report } from './violation.ts';

/** Which states may follow which; from the others nothing leads on. */
const paths: Record<'order' | 'reservation' | 'hold' | 'points', Record<string, readonly string[]>> = {
  order: {
    none: ['pending'],
    pending: ['pending', 'confirmed', 'rejected', 'cancelled'],
    confirmed: ['cancelled', 'fulfilled'],
  },
  reservation: {
    none: ['reserved', 'rejected', 'tombstone'],
    tombstone: ['rejected'],
    reserved: ['sold', 'released'],
    sold: ['released'],
  },
  hold: { none: ['held'], held: ['held', 'claimed', 'released', 'expired'], claimed: ['claimed'] },
  points: { none: ['deducted', 'rejected', 'ended'], ended: ['rejected'], deducted: ['earned', 'refunded'], earned: ['refunded'] },
};

/** What must hold in every state that is committed, looked at with every commit. */
export type Safety = { check(service: ServiceName, changes: readonly Change[]): void };

export function createSafety({ discounts }: Scenario, report: Report): Safety {
  const movements = new Map<string, MovementDocument[]>();
  const ledgers = new Map<string, number>();

  function step(kind: keyof typeof paths, id: string, before: string | undefined, after: string | undefined, orderId?: string) {
    if (after === undefined || !paths[kind][before ?? 'none']?.includes(after))
      report({
        invariant: `3 ${kind}: only legal steps, nothing leaves a final state`,
        text: `the ${kind} ${id} went from ${before ?? 'none'} to ${after ?? 'none'}`,
        ...(orderId && { orderId }),
      });
  }

  function movement({ id, before, after }: Change) {
    const row = after as MovementDocument;
    if (before || !after) return report({ invariant: '1 stock: the ledger only grows', text: `movement ${id} was written twice` });
    movements.getOrInsertComputed(row.sku, () => []).push(row);
  }

  function stock({ id, before, after }: Change) {
    const level = after as StockDocument;
    const ledger = movements.get(id) ?? [];
    const rebuilt = rebuildLevel(ledger);
    const received = ledger.reduce((sum, { type, change }) => sum + (type === 'received' || type === 'adjusted' ? change : 0), 0);
    const { available, reserved, sold } = level;
    const say = (invariant: string, text: string) => {
      const orderId = ledger.at(-1)?.orderId;
      report({
        invariant,
        text: `${id} has available ${available}, reserved ${reserved}, sold ${sold}: ${text}`,
        ...(orderId && { orderId }),
      });
    };
    if (![available, reserved, sold].every((count) => Number.isInteger(count) && count >= 0))
      say('1 stock: never negative', 'a counter is below zero');
    if (received !== available + reserved + sold) say('1 stock: received = available + reserved + sold', `received ${received}`);
    if (rebuilt.available !== available || rebuilt.reserved !== reserved || rebuilt.sold !== sold)
      say('1 stock: the level is what its ledger amounts to', JSON.stringify(rebuilt));
    if (before && level.version <= (before as StockDocument).version) say('1 stock: versions rise', `version ${level.version} again`);
  }

  function ledgerRow({ id, before, after }: Change) {
    const row = after as LedgerDocument;
    if (before || !after)
      return report({
        invariant: '2 points: the ledger only grows',
        text: `row ${id} was written twice`,
        ...(row?.orderId && { orderId: row.orderId }),
      });
    ledgers.set(row.customerId, (ledgers.get(row.customerId) ?? 0) + row.change);
  }

  function customer({ id, after }: Change) {
    const { balance, ledgerSum } = after as CustomerDocument;
    const sum = ledgers.get(id) ?? 0;
    if (balance < 0 || balance !== Math.max(0, sum) || ledgerSum !== sum)
      report({ invariant: '2 points: balance = ledger, never negative', text: `${id} has ${balance}, the ledger amounts to ${sum}` });
  }

  function discount({ id, after }: Change) {
    const { uses, maxUses } = after as DiscountDocument;
    if (uses < 0 || uses > (maxUses ?? uses))
      report({ invariant: '4 discounts: 0 <= uses <= max', text: `${id} was used ${uses} times of ${maxUses}` });
  }

  function discountUse({ id, after }: Change) {
    const { uses } = after as DiscountUseDocument;
    const max = discounts.find(({ code }) => code === id.split('\n')[0])?.maxUsesPerCustomer;
    if (uses < 0 || uses > (max ?? uses))
      report({
        invariant: '4 discounts: 0 <= uses of a customer <= max',
        text: `${id.replace('\n', ' by ')} was used ${uses} times of ${max}`,
      });
  }

  function key({ id, before, after }: Change) {
    const orderId = (before as IdempotencyDocument | undefined)?.orderId;
    if (orderId !== undefined && (after as IdempotencyDocument | undefined)?.orderId !== orderId)
      report({
        invariant: '6 idempotency: one order for each key',
        text: `the key ${id.replace('\n', ' ')} names another order now`,
        orderId,
      });
  }

  const rules: Record<string, (change: Change) => void> = {
    movements: movement,
    pointsLedger: ledgerRow,
    stock,
    customers: customer,
    discounts: discount,
    discountUses: discountUse,
    idempotencyKeys: key,
    orders: ({ id, before, after }) => step('order', id, (before as OrderDocument)?.status, (after as OrderDocument)?.status, id),
    reservations: ({ id, before, after }) =>
      step(
        'reservation',
        id,
        (before as ReservationDocument)?.state,
        (after as ReservationDocument)?.state,
        (after as ReservationDocument)?.orderId,
      ),
    holds: ({ id, before, after }) => step('hold', id, (before as HoldDocument)?.status, (after as HoldDocument)?.status),
    orderPoints: ({ id, before, after }) =>
      step('points', id, (before as OrderPointsDocument)?.state, (after as OrderPointsDocument)?.state, id),
  };

  return {
    check(_service, changes) {
      // What is counted comes before what is compared with the count.
      for (const change of changes)
        if (change.collection === 'movements' || change.collection === 'pointsLedger') rules[change.collection]?.(change);
      for (const change of changes)
        if (change.collection !== 'movements' && change.collection !== 'pointsLedger') rules[change.collection]?.(change);
    },
  };
}
