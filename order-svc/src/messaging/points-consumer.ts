import { need, subscribe } from '@microshop/chassis/consumer/subscription';
import { points } from '@microshop/contracts';
import { orders } from '../application/collections.ts';
import type { createRecordAnswer } from '../application/record-answer.ts';

const naturalKey = 'points answer of order';

/** loyalty-svc's answers. PointsEarned and PointsRefunded ask for nothing. */
export const pointsConsumer = (recordAnswer: ReturnType<typeof createRecordAnswer>) =>
  subscribe(points, {
    PointsDeducted: {
      naturalKey,
      needs: ({ data }) => [need(orders, data.orderId)],
      handle: recordAnswer(({ data: { customerId } }) => ({ type: 'PointsAnswered', answer: { deducted: true, customerId } })),
    },
    PointsRejected: {
      naturalKey,
      needs: ({ data }) => [need(orders, data.orderId)],
      handle: recordAnswer(({ data: { customerId, reason, balance } }) => ({
        type: 'PointsAnswered',
        answer: { deducted: false, customerId, reason, balance },
      })),
    },
  });
