import type { Cause } from '@microshop/chassis/events/event';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { type ProductDocument, products } from './collections.ts';
import { putProduct } from './put-product.ts';
import { unknownSku } from './refusals.ts';

/** A retired product can not be ordered any more; it is never lost, because orders refer to it. */
export const createRetireProduct =
  ({ transact }: { transact: RunInTransaction }) =>
  (sku: string, cause: Cause): Promise<ProductDocument> =>
    transact(async (tx) => {
      const present = await tx.get(products, sku);
      if (!present) throw unknownSku(sku);
      return present.active ? putProduct(tx, { ...present, active: false, version: present.version + 1 }) : present;
    }, cause);

export type RetireProduct = ReturnType<typeof createRetireProduct>;
