import { join } from 'node:path';
import { waitForReadyz } from '@microshop/local/services';
import type { MongoClient } from 'mongodb';
import { type AccountDocument, DATABASE, type StockDocument } from '../../baselines/documents.ts';
import { type Assortment, customersOf, PLENTY, stockOf } from '../fill/assortment.ts';
import { insertAll } from '../fill/insert.ts';
import { databaseOperations } from '../measure/operations.ts';
import { type System, TRANSACTIONS } from '../measure/system.ts';
import type { Check } from '../report/result.ts';
import { launchNodeServer, pidsOf } from './server-process.ts';
import type { Servers } from './servers.ts';

/** The transaction design on the same database server. */
export type Baseline = {
  readonly system: System;
  fill(assortment: Assortment): Promise<void>;
  check(): Promise<Check>;
};

export async function startBaseline(servers: Servers, client: MongoClient, signal: AbortSignal): Promise<Baseline> {
  const db = client.db(DATABASE);
  const server = await launchNodeServer(servers, {
    name: 'transaction-design',
    program: join('bench', 'baselines', 'transaction-design.ts'),
    portVariable: 'PORT',
    environment: {},
  });
  await waitForReadyz(server.name, server.port, signal);
  // A collection has to be there before the first transaction writes to it.
  await db.createCollection('orders');
  return {
    system: {
      name: TRANSACTIONS,
      urls: [server.url],
      pids: { mongod: [servers.pids.mongod], 'one service': pidsOf([server]) },
      operations: () => databaseOperations(client.db('admin')),
    },
    async fill(assortment) {
      const stock = stockOf(assortment).map(({ sku, units }) => ({ _id: sku, available: units }));
      await insertAll(db.collection<StockDocument>('stock'), stock);
      const accounts = customersOf(assortment).map((customerId) => ({ _id: customerId, points: PLENTY }));
      await insertAll(db.collection<AccountDocument>('accounts'), accounts);
    },
    async check() {
      const below = await db.collection<StockDocument>('stock').countDocuments({ available: { $lt: 0 } });
      return { what: `the ${TRANSACTIONS} sells no unit twice`, holds: below === 0, found: `${below} SKUs below zero` };
    },
  };
}
