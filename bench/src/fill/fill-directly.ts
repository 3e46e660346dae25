import { newUuid } from '@microshop/chassis/clock';
import * as inventory from '@microshop/inventory-svc/application/collections';
import * as loyalty from '@microshop/loyalty-svc/application/collections';
import * as ordering from '@microshop/order-svc/application/collections';
import { type Databases, of } from '@microshop/tools/databases';
import { type Assortment, CURRENCY, customersOf, PLENTY, stockOf, UNIT_PRICE } from './assortment.ts';
import { insertAll } from './insert.ts';

const REASON = 'bench';

/** Writes products, stock and customers into the databases, as the services leave them there: in seconds, a million of them too. */
export async function fillDirectly(databases: Databases, assortment: Assortment): Promise<void> {
  await Promise.all([fillInventory(databases, assortment), fillCatalogue(databases, assortment), fillLoyalty(databases, assortment)]);
}

async function fillInventory({ 'inventory-svc': database }: Databases, assortment: Assortment): Promise<void> {
  const at = new Date();
  const product = ({ sku }: { sku: string }) => ({ _id: sku, ...offer(sku), createdAt: at });
  // Version 1 is the empty stock of a new product.
  const level = ({ sku, units }: Stocked) => ({ _id: sku, available: units, reserved: 0, sold: 0, version: 2 });
  const receipt = ({ sku, units }: Stocked): inventory.MovementDocument => ({
    ...{ _id: newUuid(), sku, version: 2, type: 'received', change: units },
    ...{ reason: REASON, at },
  });
  await insertAll(of(database, inventory.products), stockOf(assortment).map(product));
  await insertAll(of(database, inventory.stock), stockOf(assortment).map(level));
  await insertAll(of(database, inventory.movements), stockOf(assortment).map(receipt));
}

type Stocked = { sku: string; units: number };
const offer = (sku: string) => ({ name: sku, unitPrice: UNIT_PRICE, currency: CURRENCY, active: true, version: 1 });

const fillCatalogue = ({ 'order-svc': database }: Databases, assortment: Assortment): Promise<void> =>
  insertAll(
    of(database, ordering.products),
    stockOf(assortment).map(({ sku }) => ({ _id: sku, ...offer(sku) })),
  );

async function fillLoyalty({ 'loyalty-svc': database }: Databases, assortment: Assortment): Promise<void> {
  const at = new Date();
  const emailOf = (customerId: string) => `${customerId}@example.com`;
  const customer = (customerId: string): loyalty.CustomerDocument => ({
    ...{ _id: customerId, email: emailOf(customerId), name: customerId, blocked: false },
    ...{ ledgerSum: PLENTY, balance: PLENTY, movements: 1, version: 2, createdAt: at },
  });
  const gift = (customerId: string): loyalty.LedgerDocument => ({
    ...{ _id: newUuid(), customerId, sequence: 1, type: 'adjusted', change: PLENTY },
    ...{ reason: REASON, at },
  });
  await insertAll(of(database, loyalty.customers), customersOf(assortment).map(customer));
  await insertAll(
    of(database, loyalty.emails),
    customersOf(assortment).map((customerId) => ({ _id: emailOf(customerId), customerId })),
  );
  await insertAll(of(database, loyalty.pointsLedger), customersOf(assortment).map(gift));
}
