import { refused } from '@microshop/chassis/errors';
import type { Caller } from '@microshop/chassis/http/caller';
import { normalizeEmail } from '@microshop/contracts/values';
import { unknownOrder } from '../application/change-order.ts';
import { type Checkout, guestId } from '../application/checkout-request.ts';
import type { Order } from '../domain/order.ts';

/** A customer's own orders, and those that were made as a guest with the e-mail address that the token vouches for. */
export function isOwn({ customerId, customerKey }: Pick<Order, 'customerId' | 'customerKey'>, caller: Caller): boolean {
  if (caller.kind !== 'subject') return true;
  if (customerId === caller.subject || customerKey === caller.subject) return true;
  return caller.email !== undefined && customerKey === guestId(caller.email);
}

/** The order, if the caller may know of it: to a customer, somebody else's order is one that is not there. */
export function requireOwn(order: Order | undefined, orderId: string, caller: Caller): Order {
  if (!order || !isOwn(order, caller)) throw unknownOrder(orderId);
  return order;
}

/** Customers check out as themselves: with their own id, or as a guest with the e-mail address that the token vouches for. */
export function requireOwnCheckout({ customerId, guest }: Pick<Checkout, 'customerId' | 'guest'>, caller: Caller): void {
  if (caller.kind !== 'subject') return;
  const { subject, email } = caller;
  const isTheirs = guest ? email !== undefined && normalizeEmail(email) === guest.email : customerId === subject;
  if (isTheirs) return;
  const detail = guest
    ? 'The token does not vouch for this e-mail address: it needs it as email, with email_verified true.'
    : 'The token is of another customer: check out with the customerId that it is for.';
  throw refused(403, 'other_customer', detail);
}
