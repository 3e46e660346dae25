import type { RunInTransaction, Tx } from '@microshop/chassis/store/unit-of-work';
import type { Customer, CustomerChange } from '@microshop/contracts/http';
import { normalizeEmail } from '@microshop/contracts/values';
import { type CustomerDocument, customers, emails } from './collections.ts';
import { customerOf } from './customer.ts';
import { emailTaken, unknownCustomer } from './refusals.ts';

export type ChangeCustomer = (customerId: string, change: CustomerChange) => Promise<Customer>;

export const changeCustomer =
  ({ transact }: { transact: RunInTransaction }): ChangeCustomer =>
  (customerId, change) =>
    transact(async (tx) => {
      const customer = await tx.get(customers, customerId);
      if (!customer) throw unknownCustomer(customerId);
      const email = normalizeEmail(change.email ?? customer.email);
      if (email !== customer.email) await moveEmail(tx, customer, email);
      const changed = { ...customer, ...change, email, version: customer.version + 1 };
      tx.put(customers, changed);
      return customerOf(changed);
    });

async function moveEmail(tx: Tx, { _id: customerId, email: former }: CustomerDocument, email: string): Promise<void> {
  await tx.load(emails, [former, email]);
  if (await tx.get(emails, email)) throw emailTaken();
  tx.remove(emails, former);
  tx.put(emails, { _id: email, customerId });
}
