import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { post } from '../domain/account.ts';
import type { Movement } from '../domain/order-effects.ts';
import { type CustomerDocument, customers, pointsLedger } from './collections.ts';

export type Posting = Movement & { id: string; orderId?: string };

/** Writes rows to the ledger and what they come to to the customer, together; answers the customer after them. */
export async function postMovements(tx: Tx, customer: CustomerDocument, postings: readonly Posting[]): Promise<CustomerDocument> {
  if (postings.length === 0) return customer;
  await tx.load(
    pointsLedger,
    postings.map(({ id }) => id),
  );
  const after = postings.reduce((before, posting) => postOne(tx, before, posting), customer);
  const changed = { ...after, version: customer.version + 1 };
  tx.put(customers, changed);
  return changed;
}

function postOne(tx: Tx, customer: CustomerDocument, { id, ...movement }: Posting): CustomerDocument {
  const sequence = customer.movements + 1;
  tx.put(pointsLedger, { _id: id, customerId: customer._id, sequence, ...movement, at: tx.now });
  return { ...customer, ...post(customer, movement.change), movements: sequence };
}
