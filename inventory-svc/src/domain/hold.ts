/** Part of a hold. Settled: an order's reservation took it over, or its units went back. */
export type HoldItem = { readonly sku: string; readonly quantity: number; readonly settled: boolean };

type Part = { readonly orderId: string; readonly sku: string };

type Terms = {
  readonly items: readonly HoldItem[];
  readonly itemsDigest: string;
  readonly expiresAt: Date;
  /** Parts whose order ended before it claimed the hold: should its request for another SKU still claim it, these are free at once. */
  readonly ended?: readonly Part[];
};

/** Units kept for a cart. The first order that claims a hold has it for good: then neither expiry nor rollback touches it. */
export type Hold = Terms &
  (
    | { readonly status: 'held' }
    | { readonly status: 'claimed'; readonly orderId: string }
    | { readonly status: 'released' }
    | { readonly status: 'expired' }
  );

export type HoldFact =
  | { readonly type: 'requested'; readonly orderId: string; readonly sku: string; readonly itemsDigest: string }
  | { readonly type: 'order_ended'; readonly orderId: string; readonly sku: string }
  | { readonly type: 'rolled_back' }
  | { readonly type: 'looked_at' };

/** The hold as it becomes, and the parts whose units are free again. */
export type HoldChange = { readonly next: Hold; readonly freed: readonly HoldItem[] };

/** Of a request, `unchanged` means that the hold is not for it. */
export function decideHold(hold: Hold, fact: HoldFact, now: Date): HoldChange | 'unchanged' {
  switch (fact.type) {
    case 'requested':
      return claim(hold, fact, now);
    case 'order_ended':
      return settleEnded(hold, fact);
    case 'rolled_back':
      return hold.status === 'held' ? end(hold, isDue(hold, now) ? 'expired' : 'released') : 'unchanged';
    case 'looked_at':
      return hold.status === 'held' && isDue(hold, now) ? end(hold, 'expired') : 'unchanged';
    default:
      return fact satisfies never;
  }
}

/** Nothing is left in it that anything could still happen to. */
export const isSettled = ({ items }: Hold): boolean => items.every(({ settled }) => settled);

const isDue = ({ expiresAt }: Hold, now: Date): boolean => expiresAt <= now;

function claim(hold: Hold, fact: Extract<HoldFact, { type: 'requested' }>, now: Date): HoldChange | 'unchanged' {
  const { orderId, sku, itemsDigest } = fact;
  const isOpen = hold.status === 'claimed' ? hold.orderId === orderId : hold.status === 'held' && !isDue(hold, now);
  if (!isOpen || hold.itemsDigest !== itemsDigest || !unsettled(hold, sku)) return 'unchanged';
  const { ended = [], ...terms } = hold;
  const freed = hold.items.filter((item) => !item.settled && ended.some((part) => part.orderId === orderId && part.sku === item.sku));
  const items = hold.items.map((item) => (item.sku === sku || freed.includes(item) ? { ...item, settled: true } : item));
  return { next: { ...terms, status: 'claimed', orderId, items }, freed };
}

/** An order that ended gives back also what its requests did not take: they were overtaken, or came too late. */
function settleEnded(hold: Hold, { orderId, sku }: Extract<HoldFact, { type: 'order_ended' }>): HoldChange | 'unchanged' {
  const part = unsettled(hold, sku);
  if (hold.status === 'held' && part) return noteEnded(hold, { orderId, sku });
  if (hold.status !== 'claimed' || hold.orderId !== orderId) return 'unchanged';
  return part ? { next: { ...hold, items: settle(hold, sku) }, freed: [part] } : 'unchanged';
}

/** It stays with its cart, for nobody knows yet whether the order could have had it. */
function noteEnded(hold: Hold, part: Part): HoldChange | 'unchanged' {
  const { ended = [] } = hold;
  const isKnown = ended.some(({ orderId, sku }) => orderId === part.orderId && sku === part.sku);
  return isKnown ? 'unchanged' : { next: { ...hold, ended: [...ended, part] }, freed: [] };
}

function end(hold: Hold, status: 'released' | 'expired'): HoldChange {
  const { items, itemsDigest, expiresAt } = hold;
  return { next: { status, itemsDigest, expiresAt, items: items.map((item) => ({ ...item, settled: true })) }, freed: items };
}

const unsettled = ({ items }: Hold, sku: string): HoldItem | undefined => items.find((item) => item.sku === sku && !item.settled);

const settle = ({ items }: Hold, sku: string): HoldItem[] => items.map((item) => (item.sku === sku ? { ...item, settled: true } : item));
