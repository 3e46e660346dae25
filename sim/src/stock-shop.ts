import type { Collection, Document, Write } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import { products as catalogue, movements, stock } from '@microshop/inventory-svc/application/collections';
import { customers as accounts, emails, pointsLedger } from '@microshop/loyalty-svc/application/collections';
import { discounts, products } from '@microshop/order-svc/application/collections';
import { customers, prices, type Scenario } from './scenario.ts';
import type { Database } from './world/database.ts';

/** What is in the databases before anything happens, as it was put there long ago. */
export function stockShop(databases: Record<ServiceName, Database>, scenario: Scenario, at: Date): void {
  const insert = <T extends Document>(collection: Collection<T>, document: T): Write => ({ kind: 'insert', collection, document });
  const commit = (service: ServiceName, writes: readonly Write[]) => databases[service].commit(writes, databases[service].moment);
  const terms = (sku: string) => ({ name: sku, unitPrice: prices[sku] ?? 0, currency: 'EUR', active: true, version: 1 });

  commit(
    'inventory-svc',
    Object.entries(scenario.stock).flatMap(([sku, units]) => [
      insert(catalogue, { _id: sku, ...terms(sku), createdAt: at }),
      insert(movements, { _id: `delivery-${sku}`, sku, version: 2, type: 'received', change: units, reason: 'delivery', at }),
      insert(stock, { _id: sku, available: units, reserved: 0, sold: 0, version: 2 }),
    ]),
  );
  commit('order-svc', [
    ...Object.keys(scenario.stock).map((sku) => insert(products, { _id: sku, ...terms(sku) })),
    ...scenario.discounts.map(({ code, ...limits }) =>
      insert(discounts, { _id: code, code, percent: 10, ...limits, uses: 0, active: true, createdAt: at }),
    ),
  ]);
  commit(
    'loyalty-svc',
    customers.flatMap(({ customerId, email, balance, blocked }) => [
      insert(pointsLedger, { _id: `gift-${customerId}`, customerId, sequence: 1, type: 'adjusted', change: balance, reason: 'gift', at }),
      insert(accounts, {
        _id: customerId,
        email,
        name: customerId,
        blocked,
        ledgerSum: balance,
        balance,
        movements: 1,
        version: 2,
        createdAt: at,
      }),
      insert(emails, { _id: email, customerId }),
    ]),
  );
}
