import { ProblemError, type Quote } from '@microshop/client';
import { type Query, useQuery } from '../ui/index.ts';
import { type Cart, quoteOf } from './cart.ts';
import type { Buyer } from './customer.ts';
import { shop } from './shop-client.ts';

/** So long after the last change of the cart. */
const TYPED_MS = 400;

/** What the cart would cost, asked again when it changes. Without an answer there is no price; `refusalOf` says when the shop refuses one. */
export function useQuote(cart: Cart, buyer: Buyer): Query<Quote | undefined> {
  const request = cart.lines.length > 0 ? quoteOf(cart, buyer) : undefined;
  return useQuery(JSON.stringify(request) ?? '', async (signal) => {
    if (!request) return undefined;
    await new Promise((resolve) => setTimeout(resolve, TYPED_MS));
    return signal.aborted ? undefined : shop.quote(request, signal);
  });
}

/** Why there is no price, when it is for what the cart says. */
export const refusalOf = ({ error }: Query<unknown>): ProblemError | undefined =>
  error instanceof ProblemError && [400, 422].includes(error.status) ? error : undefined;
