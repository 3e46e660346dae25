import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { type ProductDocument, products } from './collections.ts';
import { unknownSku } from './refusals.ts';

export const createReadProduct =
  ({ transact }: { transact: RunInTransaction }) =>
  (sku: string): Promise<ProductDocument> =>
    transact(async (tx) => {
      const product = await tx.get(products, sku);
      if (!product) throw unknownSku(sku);
      return product;
    });

export type ReadProduct = ReturnType<typeof createReadProduct>;
