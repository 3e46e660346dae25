import { refused } from '@microshop/chassis/errors';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { ProductRequest } from '@microshop/contracts/http';
import { emptyLevel } from '../domain/stock.ts';
import { type ProductDocument, products, stock } from './collections.ts';
import { publishLevel } from './move-stock.ts';
import { putProduct } from './put-product.ts';
import { requireShopCurrency } from './refusals.ts';

/** A new product, with an empty stock: from here on the SKU has a level. */
export const createCreateProduct =
  ({ transact, shopCurrency }: { transact: RunInTransaction; shopCurrency: string }) =>
  async ({ sku, name, unitPrice, currency, active = true }: ProductRequest, cause: Cause): Promise<ProductDocument> => {
    requireShopCurrency(currency, shopCurrency);
    return transact(async (tx) => {
      if (await tx.get(products, sku)) {
        throw refused(409, 'product_exists', `There is a product ${sku} already; change it with PUT /products/${sku}.`, { sku });
      }
      const level = { _id: sku, ...emptyLevel, version: 1 };
      tx.insert(stock, level);
      publishLevel(tx, level);
      return putProduct(tx, { _id: sku, name, unitPrice, currency, active, version: 1, createdAt: tx.now });
    }, cause);
  };

export type CreateProduct = ReturnType<typeof createCreateProduct>;
