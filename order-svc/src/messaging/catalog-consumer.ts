import { need, subscribe } from '@microshop/chassis/consumer/subscription';
import { catalog } from '@microshop/contracts';
import { products } from '../application/collections.ts';
import { keepCatalogue } from '../application/keep-catalogue.ts';

export const catalogConsumer = subscribe(catalog, {
  ProductChanged: { naturalKey: 'version of product', needs: ({ data }) => [need(products, data.sku)], handle: keepCatalogue },
});
