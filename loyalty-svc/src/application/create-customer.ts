import type { NewId } from '@microshop/chassis/clock';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { Customer, CustomerRequest } from '@microshop/contracts/http';
import { normalizeEmail } from '@microshop/contracts/values';
import { customers, emails } from './collections.ts';
import { customerOf, newCustomer, registerCustomer } from './customer.ts';
import { customerExists, emailTaken } from './refusals.ts';

export type CreateCustomer = (request: CustomerRequest) => Promise<Customer>;

export const createCustomer =
  ({ transact, newId }: { transact: RunInTransaction; newId: NewId }): CreateCustomer =>
  ({ customerId = newId(), email, name, blocked = false }) =>
    transact(async (tx) => {
      const customer = newCustomer({ customerId, email: normalizeEmail(email), name, blocked }, tx.now);
      if (await tx.get(customers, customerId)) throw customerExists(customerId);
      if (await tx.get(emails, customer.email)) throw emailTaken();
      registerCustomer(tx, customer);
      return customerOf(customer);
    });
