import { type AppError, refused } from '@microshop/chassis/errors';

export const unknownSku = (sku: string): AppError => refused(404, 'unknown_sku', `There is no product ${sku}.`, { sku });

/** The shop has one currency; a price in another could not be added to its sums. */
export function requireShopCurrency(currency: string, shopCurrency: string): void {
  if (currency === shopCurrency) return;
  throw refused(422, 'currency_mismatch', `The shop's currency is ${shopCurrency}, not ${currency}.`, { currency: shopCurrency });
}
