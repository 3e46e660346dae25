import { callerOf } from '@microshop/chassis/http/caller';
import type { Quota } from '@microshop/chassis/http/rate-limit';
import type { CheckoutRequest } from '@microshop/contracts/http';
import type { FastifyRequest } from 'fastify';
import { guestId } from '../application/checkout-request.ts';

type Limits = {
  readonly CHECKOUTS_PER_MINUTE_PER_CUSTOMER?: number | undefined;
  readonly CHECKOUTS_PER_MINUTE_PER_ADDRESS?: number | undefined;
};

/** How often one may check out; asked when the body is known to be one. */
export const checkoutQuotas = (limits: Limits): Quota[] => [
  {
    name: 'customer',
    perMinute: limits.CHECKOUTS_PER_MINUTE_PER_CUSTOMER,
    standard: 30,
    keyOf: customerOf,
  },
  { name: 'address', perMinute: limits.CHECKOUTS_PER_MINUTE_PER_ADDRESS, standard: 300 },
];

/** The holder of the token, who may name somebody else in vain; without tokens whom the body names. */
function customerOf(request: FastifyRequest): string {
  const caller = callerOf(request);
  if (caller.kind === 'subject') return caller.subject;
  const { customer } = request.body as CheckoutRequest;
  return 'customerId' in customer ? customer.customerId : guestId(customer.email);
}
