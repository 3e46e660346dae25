import type { Order, ProblemError, Rejection } from '@microshop/client';
import type { Tone } from '../ui/index.ts';

export type Words = { readonly title: string; readonly advice: string };

const NOTHING_TAKEN = 'Nothing was taken: stock and points are back.';

const rejections: Record<Rejection['code'], Words> = {
  out_of_stock: { title: 'There is not enough left', advice: `${NOTHING_TAKEN} Put what is left into the cart and order again.` },
  insufficient_points: { title: 'There are not that many points', advice: `${NOTHING_TAKEN} Order again with fewer points.` },
  customer_rejected: { title: 'This customer may not order', advice: `${NOTHING_TAKEN} Shop as somebody else, or ask the shop why.` },
  reservation_invalid: { title: 'What was held for you had expired', advice: `${NOTHING_TAKEN} Order again.` },
  timed_out: { title: 'It took too long', advice: `A part of the shop was away. ${NOTHING_TAKEN} Order again.` },
};

export const wordsOfRejection = ({ code }: Rejection): Words => rejections[code];

/** What the status of an order means to who ordered. */
export const states: Record<Order['status'], Words & { tone: Tone; name: string }> = {
  pending: {
    tone: 'busy',
    name: 'Being checked',
    title: 'Your items are being reserved',
    advice: 'This takes a moment. The order is safe: you may leave this page and come back.',
  },
  confirmed: { tone: 'good', name: 'Confirmed', title: 'Thank you, it is yours', advice: 'The items are reserved and the price is fixed.' },
  rejected: { tone: 'bad', name: 'Rejected', title: 'This order did not work out', advice: NOTHING_TAKEN },
  cancelled: { tone: 'idle', name: 'Cancelled', title: 'This order is cancelled', advice: 'Stock, points and discount are back.' },
  fulfilled: {
    tone: 'good',
    name: 'On its way',
    title: 'It is on its way',
    advice: 'The shop has sent the items. It can not be cancelled any more.',
  },
};

/** Who may not order gets another advice than a program would. */
export const wordsOfRefusal = ({ code, message }: ProblemError): string =>
  code === 'token_required' ? 'Guests can not order in this shop. Choose a customer at “Shopping as”.' : message;

export type RefusedField = 'discount' | 'points' | 'email' | 'cart';

const fields: Record<string, RefusedField> = {
  discount_invalid: 'discount',
  points_exceed_total: 'points',
  points_need_customer: 'points',
};

/** Where in the cart the reason of a refused checkout is to be changed. */
export function fieldOf({ code, problem }: ProblemError): RefusedField {
  const pointers = problem.errors?.map(({ pointer }) => pointer ?? '') ?? [];
  if (pointers.some((pointer) => pointer.startsWith('/customer'))) return 'email';
  if (pointers.some((pointer) => pointer.startsWith('/discountCode'))) return 'discount';
  return fields[code] ?? 'cart';
}
