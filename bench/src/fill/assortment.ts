import { customerOf, hotSkuOf, skuOf } from '../load/orders.ts';

/** What a scenario's orders find: so many products and customers, all with plenty. */
export type Assortment = {
  readonly prefix: string;
  readonly skus: number;
  readonly customers: number;
  /** Units of the product that everybody wants; plenty unless said. */
  readonly hotUnits?: number;
};

export const PLENTY = 10_000_000;
export const UNIT_PRICE = 4000;
export const CURRENCY = 'EUR';

export function* stockOf({ prefix, skus, hotUnits = PLENTY }: Assortment): Generator<{ sku: string; units: number }> {
  for (let index = 0; index < skus; index++) yield { sku: skuOf(prefix, index), units: PLENTY };
  yield { sku: hotSkuOf(prefix), units: hotUnits };
}

export function* customersOf({ prefix, customers }: Assortment): Generator<string> {
  for (let index = 0; index < customers; index++) yield customerOf(prefix, index);
}
