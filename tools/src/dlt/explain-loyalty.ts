import { type CustomerDocument, customers, type OrderPointsDocument, orderPoints } from '@microshop/loyalty-svc/application/collections';
import { changeOf, type Explainer } from './explainer.ts';
import type { WhatIf } from './what-if.ts';

/** What a replay would do to points: to what the order has of them, and to the customer's balance. */
export const explainLoyalty: Explainer = (whatIf, { orderId = '' }) => {
  const entered = changeOf<OrderPointsDocument>(whatIf, orderPoints, orderId)?.after;
  if (entered) return entering(entered, whatIf);
  const present = whatIf.present(orderPoints, orderId);
  return present && `${standing(present)}: nothing would change`;
};

function entering(entered: OrderPointsDocument, whatIf: WhatIf): string {
  switch (entered.state) {
    case 'deducted':
      return `would take ${entered.redeemed} points from ${entered.customerId} (${balanceOf(entered.customerId, whatIf)})`;
    case 'rejected':
      return `would refuse the order's ${entered.requested} points: ${entered.reason}`;
    case 'earned':
      return `would give ${entered.customerId} ${entered.earned} points (${balanceOf(entered.customerId, whatIf)})`;
    case 'refunded':
      return entered.redeemed === 0 && entered.earned === 0
        ? `the order moved no points: would only mark it as ended`
        : `would give ${entered.redeemed} points back to ${entered.customerId} and take back the ${entered.earned} that it earned (${balanceOf(entered.customerId, whatIf)})`;
    case 'ended':
      return 'nothing was asked for the order: would only keep a late request from taking points';
    default:
      return entered satisfies never;
  }
}

function balanceOf(customerId: string, whatIf: WhatIf): string {
  const change = changeOf<CustomerDocument>(whatIf, customers, customerId);
  if (change && !change.before) return 'a new customer';
  const customer = change?.before ?? whatIf.present(customers, customerId);
  return customer ? `balance ${customer.balance}` : 'no such customer';
}

function standing(present: OrderPointsDocument): string {
  switch (present.state) {
    case 'deducted':
      return `the order's ${present.redeemed} points are taken already`;
    case 'rejected':
      return `the order's points were refused already (${present.reason})`;
    case 'earned':
      return `the order's points are earned already (${present.earned})`;
    case 'refunded':
      return `the order's points are given back already`;
    case 'ended':
      return 'the order has ended before its request';
    default:
      return present satisfies never;
  }
}
