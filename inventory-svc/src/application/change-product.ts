import { refused } from '@microshop/chassis/errors';
import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { ProductReplacement } from '@microshop/contracts/http';
import { type ProductDocument, products } from './collections.ts';
import { putProduct } from './put-product.ts';
import { requireShopCurrency, unknownSku } from './refusals.ts';

export type ProductChange = ProductReplacement & {
  sku: string;
  /** The version that the caller has seen and wants to replace. */
  version: number;
};

/** Replaces a product that nobody else has changed meanwhile. The same product again changes nothing. */
export const createChangeProduct =
  ({ transact, shopCurrency }: { transact: RunInTransaction; shopCurrency: string }) =>
  async ({ sku, version, name, unitPrice, currency, active = true }: ProductChange, cause: Cause): Promise<ProductDocument> => {
    requireShopCurrency(currency, shopCurrency);
    return transact(async (tx) => {
      const present = await tx.get(products, sku);
      if (!present) throw unknownSku(sku);
      if (present.version !== version) {
        throw refused(
          412,
          'precondition_failed',
          'It was changed since you read it. Read it again and repeat the change with its new ETag.',
        );
      }
      const isSame = present.name === name && present.unitPrice === unitPrice && present.active === active;
      return isSame ? present : putProduct(tx, { ...present, name, unitPrice, currency, active, version: version + 1 });
    }, cause);
  };

export type ChangeProduct = ReturnType<typeof createChangeProduct>;
