import { type Collection, collection, type Document } from '@microshop/chassis/store/store';
import type { PointsMovementType } from '@microshop/contracts/http';
import type { Account } from '../domain/account.ts';
import type { Movement } from '../domain/order-effects.ts';
import type { OrderPoints } from '../domain/order-points.ts';

/** `movements` counts the customer's rows in the ledger. */
export type CustomerDocument = Account & {
  _id: string;
  email: string;
  name: string;
  blocked: boolean;
  movements: number;
  version: number;
  createdAt: Date;
};

export const customers = collection<CustomerDocument>('customers', {
  validator: {
    bsonType: 'object',
    required: ['email', 'name', 'blocked', 'ledgerSum', 'balance', 'movements', 'version', 'createdAt'],
    properties: { balance: { bsonType: 'number', minimum: 0 } },
  },
  indexes: [{ keys: { createdAt: -1, _id: -1 } }, { keys: { email: 1 } }],
});

/** An e-mail address is there once, for it is the key. */
export type EmailDocument = { _id: string; customerId: string };
export const emails = collection<EmailDocument>('emails');

/** One for each order, under its id, for ever. */
export type OrderPointsDocument = OrderPoints & { _id: string; version: number };
export const orderPoints = collection<OrderPointsDocument>('orderPoints');

/**
 * The ledger only grows. An order's row has the id `<orderId>:<type>` and an adjustment with an Idempotency-Key
 * `<customerId>:adjusted:<key>`: none can be there twice. `sequence` counts a customer's rows and is their order.
 */
export type LedgerDocument = Movement & { _id: string; customerId: string; sequence: number; orderId?: string; at: Date };
export const pointsLedger = collection<LedgerDocument>('pointsLedger', {
  indexes: [{ keys: { customerId: 1, sequence: -1 }, unique: true }],
});

export const ledgerIdOf = (orderId: string, type: PointsMovementType): string => `${orderId}:${type}`;

export const collections: readonly Collection<Document>[] = [customers, emails, orderPoints, pointsLedger];
