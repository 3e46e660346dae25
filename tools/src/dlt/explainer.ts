import type { Collection, Document } from '@microshop/chassis/store/store';
import type { WhatIf } from './what-if.ts';

/** What is known of the order in order-svc's database; undefined when the letter is of no order, or there is none. */
export type OrderNow = { status: string } | undefined;

/** The event's data; it was handled, so it is what its schema says. */
export type EventData = Readonly<Record<string, unknown>> & { orderId?: string; sku?: string; quantity?: number; customerId?: string };

/** Says what the handlers of one service would do; undefined where it has no words for it. */
export type Explainer = (whatIf: WhatIf, data: EventData, order: OrderNow) => string | undefined;

/** How a document would come out of the replay; undefined when it would not be written. */
export function changeOf<T extends Document>(
  { changes }: Pick<WhatIf, 'changes'>,
  { name }: Collection<T>,
  id: string,
): { before?: T; after?: T } | undefined {
  const change = changes.findLast((each) => each.collection === name && each.id === id);
  return change && { ...(change.before && { before: change.before as T }), ...(change.after && { after: change.after as T }) };
}
