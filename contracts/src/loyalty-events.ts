import Type from 'typebox';
import { defineTopic } from './topic.ts';
import { Count, CustomerId, OrderId } from './values.ts';

export const pointsRejectionReasons = ['customer_unknown', 'customer_blocked', 'insufficient_points', 'timed_out', 'order_ended'] as const;
export type PointsRejectionReason = (typeof pointsRejectionReasons)[number];

const account = { orderId: OrderId, customerId: CustomerId, points: Count };
const balance = Type.Integer({ minimum: 0, description: 'Balance after it' });

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
