import { need, subscribe } from '@microshop/chassis/consumer/subscription';
import { stock } from '@microshop/contracts';
import { orders } from '../application/collections.ts';
import type { createRecordAnswer } from '../application/record-answer.ts';

const naturalKey = 'answer to SKU of order';

/** inventory-svc's answers. StockReleased tells of a compensation and asks for nothing. */
export const stockConsumer = (recordAnswer: ReturnType<typeof createRecordAnswer>) =>
  subscribe(stock, {
    StockReserved: {
      naturalKey,
      needs: ({ data }) => [need(orders, data.orderId)],
      handle: recordAnswer(({ data: { sku } }) => ({ type: 'StockAnswered', answer: { sku, reserved: true } })),
    },
    StockRejected: {
      naturalKey,
      needs: ({ data }) => [need(orders, data.orderId)],
      handle: recordAnswer(({ data: { sku, reason, quantity, available } }) => ({
        type: 'StockAnswered',
        answer: { sku, reserved: false, reason, requested: quantity, available },
      })),
    },
  });
