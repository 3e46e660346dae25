import type { Tx } from '@microshop/chassis/store/unit-of-work';
import type { Customer } from '@microshop/contracts/http';
import { emptyAccount } from '../domain/account.ts';
import { type CustomerDocument, customers, emails } from './collections.ts';

export type NewCustomer = { customerId: string; email: string; name: string; blocked: boolean };

export const newCustomer = ({ customerId, email, name, blocked }: NewCustomer, now: Date): CustomerDocument => ({
  _id: customerId,
  email,
  name,
  blocked,
  ...emptyAccount,
  movements: 0,
  version: 1,
  createdAt: now,
});

/** Writes a customer and its e-mail address; the transaction has found neither of them before. */
export function registerCustomer(tx: Tx, customer: CustomerDocument): void {
  tx.put(customers, customer);
  tx.put(emails, { _id: customer.email, customerId: customer._id });
}

/** A customer as everyone sees it. */
export const customerOf = ({ _id, email, name, blocked }: CustomerDocument): Customer => ({ customerId: _id, email, name, blocked });
