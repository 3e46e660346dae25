import { type RejectionCode, rejectionCodes } from '@microshop/contracts';
import type { Rejection, Shortage } from '@microshop/contracts/http';
import type { PointsAnswer, StockAnswer } from './answers.ts';

const pointsCodes = {
  customer_unknown: 'customer_rejected',
  customer_blocked: 'customer_rejected',
  insufficient_points: 'insufficient_points',
  timed_out: 'timed_out',
  order_ended: 'timed_out',
} as const satisfies Record<Extract<PointsAnswer, { deducted: false }>['reason'], RejectionCode>;

const stockCodes = {
  out_of_stock: 'out_of_stock',
  reservation_invalid: 'reservation_invalid',
  timed_out: 'timed_out',
  order_ended: 'timed_out',
} as const satisfies Record<Extract<StockAnswer, { reserved: false }>['reason'], RejectionCode>;

export const rejectionDetails: Record<RejectionCode, string> = {
  reservation_invalid: 'The reservation is unknown, expired, used, or for other items. Check the stock again and check out with a new one.',
  out_of_stock: 'There is not enough stock; `errors` names every SKU that is short. Lower the quantities or leave these items out.',
  customer_rejected: 'The customer is unknown or blocked.',
  insufficient_points: 'The customer has not enough points. Redeem fewer.',
  timed_out: 'The order was not answered in time. Nothing was taken; order again.',
};

type Answers = { stockAnswers: readonly StockAnswer[]; pointsAnswer?: PointsAnswer };
type Refused = Extract<StockAnswer, { reserved: false }>;
const isRefused = (answer: StockAnswer): answer is Refused => !answer.reserved;

/** Why the order is rejected: of all refusals the first by the precedence of `rejectionCodes`; shortages are named one by one. */
export function rejectionOf({ stockAnswers, pointsAnswer }: Answers, timedOut?: 'timed_out'): Rejection {
  const refusals = stockAnswers.filter(isRefused);
  const codes = new Set<RejectionCode>(refusals.map(({ reason }) => stockCodes[reason]));
  if (pointsAnswer && !pointsAnswer.deducted) codes.add(pointsCodes[pointsAnswer.reason]);
  const code = timedOut ?? rejectionCodes.find((each) => codes.has(each)) ?? 'timed_out';
  if (code !== 'out_of_stock') return { code, detail: rejectionDetails[code] };
  const errors: Shortage[] = refusals
    .filter(({ reason }) => reason === 'out_of_stock')
    .map(({ sku, requested, available }) => ({ sku, requested, available }));
  return { code, detail: rejectionDetails[code], errors };
}
