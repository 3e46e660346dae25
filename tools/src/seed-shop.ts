import type { DiscountRequest } from '@microshop/contracts/http';
import type { ShopClient } from './seed-client.ts';
import { discounts, type SeedCustomer, type SeedProduct, seedCustomers, seedProducts } from './seed-data.ts';
import type { SeedOptions } from './seed-options.ts';
import { loadAll, type Terminal } from './seed-progress.ts';

const CREATED = 201;
const THERE_ALREADY = 409;
/** The name's e-mail address belongs to a customer of another id. */
const NOT_FOUND = 404;

/** Loads what is missing and leaves what is there. The catalogue comes last: while it is empty, an interrupted run is begun again. */
export async function seedShop(shop: ShopClient, options: SeedOptions, terminal: Terminal): Promise<void> {
  if (options.ifEmpty && (await hasProducts(shop))) {
    terminal.write('The catalogue has products already: nothing was loaded.\n');
    return;
  }
  const products = seedProducts(options.products, options.stock);
  await loadAll('discount codes', discounts, (discount) => loadDiscount(shop, discount), terminal);
  await loadAll('customers', seedCustomers(options.customers), (customer) => loadCustomer(shop, customer), terminal);
  const fresh = await loadAll('products', products, (product) => loadProduct(shop, product, options.currency), terminal);
  const soon = fresh > 0 ? '; new ones can be ordered as soon as order-svc has heard of them, within seconds' : '';
  terminal.write(`The catalogue has ${products.length} demo products${soon}.\n`);
}

async function hasProducts(shop: ShopClient): Promise<boolean> {
  const { body } = await shop('inventory-svc', '/products?limit=1', { method: 'GET', expect: [200] });
  return (body.data as unknown[]).length > 0;
}

async function loadDiscount(shop: ShopClient, discount: DiscountRequest): Promise<boolean> {
  const { status } = await shop('order-svc', '/discounts', { body: discount, expect: [CREATED, THERE_ALREADY] });
  return status === CREATED;
}

async function loadCustomer(shop: ShopClient, { points, ...customer }: SeedCustomer): Promise<boolean> {
  const { status } = await shop('loyalty-svc', '/customers', { body: customer, expect: [CREATED, THERE_ALREADY] });
  const isNew = status === CREATED;
  if (points > 0 && (isNew || (await neverHadPoints(shop, customer.customerId)))) await givePoints(shop, customer.customerId, points);
  return isNew;
}

/** A run may have ended between the customer and the points. */
async function neverHadPoints(shop: ShopClient, customerId: string): Promise<boolean> {
  const { status, body } = await shop('loyalty-svc', `/customers/${customerId}/points/ledger?limit=1`, {
    method: 'GET',
    expect: [200, NOT_FOUND],
  });
  return status === 200 && (body.data as unknown[]).length === 0;
}

async function givePoints(shop: ShopClient, customerId: string, points: number): Promise<void> {
  await shop('loyalty-svc', `/customers/${customerId}/points`, {
    body: { change: points, reason: 'Opening balance of the demo data' },
    idempotencyKey: `seed-${customerId}`,
    expect: [200, 422],
  });
}

async function loadProduct(shop: ShopClient, { stock, ...product }: SeedProduct, currency: string): Promise<boolean> {
  const { status } = await shop('inventory-svc', '/products', { body: { ...product, currency }, expect: [CREATED, THERE_ALREADY] });
  const isNew = status === CREATED;
  if (stock > 0 && (isNew || (await neverHadStock(shop, product.sku)))) await addStock(shop, product.sku, stock);
  return isNew;
}

/** A run may have ended between the product and its stock. */
async function neverHadStock(shop: ShopClient, sku: string): Promise<boolean> {
  const { body } = await shop('inventory-svc', `/products/${sku}/stock`, { method: 'GET', expect: [200] });
  return body.available === 0 && body.reserved === 0 && body.sold === 0;
}

async function addStock(shop: ShopClient, sku: string, stock: number): Promise<void> {
  await shop('inventory-svc', `/products/${sku}/stock`, {
    body: { change: stock, reason: 'Opening stock of the demo data' },
    idempotencyKey: `seed-${sku}`,
    expect: [200, 422],
  });
}
