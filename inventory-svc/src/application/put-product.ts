import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { catalog } from '@microshop/contracts';
import { type ProductDocument, products } from './collections.ts';

/** Writes a product and tells the other services all of it. */
export function putProduct(tx: Tx, product: ProductDocument): ProductDocument {
  const { _id: sku, name, unitPrice, currency, active, version } = product;
  tx.put(products, product);
  tx.publishState(catalog, 'ProductChanged', { sku, name, unitPrice, currency, active, version }, { type: 'product', id: sku, version });
  return product;
}
