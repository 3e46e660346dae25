import Type from 'typebox';
import { defineTopic } from './topic.ts';
import { Count, CustomerId, OrderId, Version } from './values.ts';

export const pointsRejectionReasons = ['customer_unknown', 'customer_blocked', 'insufficient_points', 'timed_out', 'order_ended'] as const;
export type PointsRejectionReason = (typeof pointsRejectionReasons)[number];

const balance = Type.Integer({ minimum: 0, description: 'Balance after it' });
const versionDescription = 'Rises with each change of the customer: of two balances the one with the greater version is the later';
const account = {
  orderId: OrderId,
  customerId: CustomerId,
  points: Count,
  customerVersion: Type.Optional({ ...Version, description: `${versionDescription}. Absent before the customer is there` }),
};

/** loyalty-svc's answers to orders: exactly one of PointsDeducted (also of 0 points) and PointsRejected for each order, however often it is asked. */
export const points = defineTopic({
  name: 'microshop.points.v1',
  owner: 'loyalty-svc',
  consumers: ['order-svc'],
  key: 'orderId',
  partitions: 12,
  retention: '30 days',
  version: 1,
  events: {
    PointsDeducted: Type.Object({ ...account, balance }),
    PointsRejected: Type.Object({ ...account, reason: Type.Enum([...pointsRejectionReasons]), balance }),
    PointsRefunded: Type.Object({
      ...account,
      takenBack: Type.Integer({ minimum: 0, description: 'Earned points taken back with the order' }),
      balance,
    }),
    PointsEarned: Type.Object({ ...account, balance }),
  },
});

/** What people do to a customer's points by hand. Why is in loyalty-svc's ledger alone: that is free text, which may name a person. */
export const pointsByCustomer = defineTopic({
  name: 'microshop.points-by-customer.v1',
  owner: 'loyalty-svc',
  consumers: [],
  key: 'customerId',
  partitions: 12,
  retention: '30 days',
  version: 1,
  events: {
    PointsAdjusted: Type.Object({
      customerId: CustomerId,
      movementId: Type.String({ description: "The ledger's row" }),
      change: Type.Integer({ description: 'Points given; below zero: taken' }),
      balance,
      customerVersion: { ...Version, description: versionDescription },
    }),
  },
});
