import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { points } from '@microshop/contracts';
import { eventOf, movementsOf } from '../domain/order-effects.ts';
import { decide, type OrderFact, type OrderPoints } from '../domain/order-points.ts';
import { type CustomerDocument, customers, ledgerIdOf, orderPoints } from './collections.ts';
import { postMovements } from './post-movements.ts';

/** Decides what a fact does to an order's points, and writes and tells it. Answers the state entered; undefined when nothing changed. */
export async function recordOrderFact(tx: Tx, orderId: string, fact: OrderFact): Promise<OrderPoints | undefined> {
  const present = await tx.get(orderPoints, orderId);
  const entered = decide(present, fact);
  if (entered === 'unchanged') return undefined;
  const version = (present?.version ?? 0) + 1;
  // What was entered is made from the present document, whose version it must not keep.
  tx.put(orderPoints, { ...entered, _id: orderId, version });
  const customer = await customerAfter(tx, orderId, entered);
  const event = eventOf(orderId, entered, customer ? { balance: customer.balance, customerVersion: customer.version } : { balance: 0 });
  if (event) tx.publish(points, event.type, event.data, { type: 'order-points', id: orderId, version });
  return entered;
}

async function customerAfter(tx: Tx, orderId: string, entered: OrderPoints): Promise<CustomerDocument | undefined> {
  if (entered.state === 'ended') return undefined;
  const customer = await tx.get(customers, entered.customerId);
  const postings = movementsOf(entered).map((movement) => ({ id: ledgerIdOf(orderId, movement.type), orderId, ...movement }));
  if (customer) return postMovements(tx, customer, postings);
  if (postings.length > 0) throw new Error(`The points of order ${orderId} belong to a customer that is not there.`);
  return undefined;
}
