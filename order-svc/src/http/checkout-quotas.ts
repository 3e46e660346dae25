import { callerOf } from '@microshop/chassis/http/caller';
import type { Quota } from '@microshop/chassis/http/rate-limit';
import type { QuoteRequest } from '@microshop/contracts/http';
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

/** A cart is changed more often than it is bought. Still few enough that nobody finds discount codes by trying. */
const QUOTES_PER_CHECKOUT = 4;

/** How often one may ask for a price, counted apart from the checkouts. */
export const quoteQuotas = (limits: Limits): Quota[] =>
  checkoutQuotas(limits).map(({ perMinute, standard, ...quota }) => ({
    ...quota,
    perMinute: perMinute === undefined ? undefined : perMinute * QUOTES_PER_CHECKOUT,
    standard: standard * QUOTES_PER_CHECKOUT,
  }));

/** The holder of the token, who may name somebody else in vain; without tokens whom the body names, if it does. */
function customerOf(request: FastifyRequest): string {
  const caller = callerOf(request);
  if (caller.kind === 'subject') return caller.subject;
  const { customer } = request.body as QuoteRequest;
  if (!customer) return request.ip;
  return 'customerId' in customer ? customer.customerId : guestId(customer.email);
}
