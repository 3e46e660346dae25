import type { Handle } from '@microshop/chassis/consumer/subscription';
import type { catalog, EventOf } from '@microshop/contracts';
import { products } from './collections.ts';

/** Keeps the latest version of a product; a lower one than is known changes nothing. */
export const keepCatalogue: Handle<EventOf<typeof catalog, 'ProductChanged'>> = async ({ data }, tx) => {
  const { sku, name, unitPrice, currency, active, version } = data;
  const known = await tx.get(products, sku);
  if (known && known.version >= version) return;
  tx.put(products, { _id: sku, name, unitPrice, currency, active, version });
};
