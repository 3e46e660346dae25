import type { Assortment } from '../fill/assortment.ts';

let assortments = 0;

/** Products and customers of a scenario are its own: each begins with what nobody has touched. */
export const freshAssortment = (more: Partial<Assortment> = {}): Assortment => ({
  prefix: `b${Date.now().toString(36)}${(assortments++).toString(36)}`,
  skus: 1000,
  customers: 1000,
  ...more,
});
