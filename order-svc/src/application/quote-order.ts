import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { OrderPrice } from '../domain/order.ts';
import type { Terms } from './checkout-request.ts';
import { products } from './collections.ts';
import { type PriceRules, price } from './place-order.ts';

export type QuoteOrder = (terms: Terms) => Promise<OrderPrice>;

/** What an order would cost now, or why there can be none: by what prices orders, in a transaction that writes nothing. */
export const createQuoteOrder =
  ({ transact, ...rules }: PriceRules & { transact: RunInTransaction }): QuoteOrder =>
  (terms) =>
    transact(async (tx) => {
      await tx.load(
        products,
        terms.items.map(({ sku }) => sku),
      );
      const priced = await price(tx, terms, rules);
      if ('refusal' in priced) throw priced.refusal;
      return priced.price;
    });
