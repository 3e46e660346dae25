import type { NewId } from '@microshop/chassis/clock';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { normalizeEmail } from '@microshop/contracts/values';
import { type CustomerDocument, customers, emails } from './collections.ts';
import { newCustomer } from './customer.ts';

type Guest = { email: string; name: string };

export type Buyer = { customerId: string } & (
  | { customer: CustomerDocument | undefined; isNew: false }
  | { customer: CustomerDocument; isNew: true }
);

/** Who orders: the customer of that id, or for a guest the one who has the e-mail address, or else a new one, not yet registered. */
export async function identifyBuyer(tx: Tx, { customerId, guest }: { customerId: string; guest?: Guest }, newId: NewId): Promise<Buyer> {
  if (!guest) return { customerId, customer: await tx.get(customers, customerId), isNew: false };
  const email = normalizeEmail(guest.email);
  const known = await tx.get(emails, email);
  if (known) return { customerId: known.customerId, customer: await tx.get(customers, known.customerId), isNew: false };
  const id = await freeId(tx, customerId, newId);
  return { customerId: id, customer: newCustomer({ customerId: id, email, name: guest.name, blocked: false }, tx.now), isNew: true };
}

// The id that follows from an address is taken when its owner has changed the address since: who has it now is someone else.
async function freeId(tx: Tx, derived: string, newId: NewId): Promise<string> {
  if (!(await tx.get(customers, derived))) return derived;
  const id = newId();
  await tx.load(customers, [id]);
  return id;
}
