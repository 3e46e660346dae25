import type { Waiting } from '../api/orders.ts';
import type { LineDocument, OrderDocument } from './collections.ts';

/** What an order still waits for: the answers to its request while it is pending, what it had taken once it is off. Empty: nothing is owed to it. */
export function waitingOf(order: OrderDocument): Waiting[] {
  switch (order.status) {
    case 'pending':
      return waitingForAnswers(order);
    case 'rejected':
    case 'cancelled':
      return waitingForReturns(order);
    case 'confirmed':
    case 'fulfilled':
      return [];
    default:
      return order.status satisfies never;
  }
}

const isAnswered = ({ reservedAt, refusedAt }: LineDocument): boolean => reservedAt !== undefined || refusedAt !== undefined;

function waitingForAnswers({ lines, points, firstAt, lastAt, version }: OrderDocument): Waiting[] {
  // Answers can be read before the request that they answer.
  if (version === 0) return [{ service: 'order-svc', what: 'the request of the order', since: firstAt.toISOString() }];
  const answers: Waiting[] = lines
    .filter((line) => !isAnswered(line))
    .map(({ sku, askedAt = firstAt }) => ({ service: 'inventory-svc', what: `an answer for ${sku}`, since: askedAt.toISOString() }));
  if (!points.takenAt && !points.refusedAt)
    answers.push({ service: 'loyalty-svc', what: 'an answer for the points', since: (points.askedAt ?? firstAt).toISOString() });
  return answers.length > 0 ? answers : [{ service: 'order-svc', what: 'the decision', since: lastAt.toISOString() }];
}

function waitingForReturns({ lines, points, decidedAt, lastAt }: OrderDocument): Waiting[] {
  const since = (decidedAt ?? lastAt).toISOString();
  const returns: Waiting[] = lines
    .filter(({ reservedAt, releasedAt }) => reservedAt && !releasedAt)
    .map(({ sku }) => ({ service: 'inventory-svc', what: `the return of ${sku}`, since }));
  const owesPoints = points.takenAt && !points.refundedAt && (points.redeemed > 0 || points.earned > 0);
  return owesPoints ? [...returns, { service: 'loyalty-svc', what: 'the return of the points', since }] : returns;
}
