import { newUuid, systemClock } from '@microshop/chassis/clock';
import { loadConfig } from '@microshop/chassis/config';
import type { Subscription } from '@microshop/chassis/consumer/subscription';
import type { ServiceName } from '@microshop/contracts';
import { createUseCases } from '@microshop/inventory-svc/application/use-cases';
import { ordersBySkuConsumer } from '@microshop/inventory-svc/messaging/orders-by-sku-consumer';
import { createFindDueHolds } from '@microshop/inventory-svc/persistence/due-holds-query';
import { createListMovements } from '@microshop/inventory-svc/persistence/movement-list-query';
import { createListProducts } from '@microshop/inventory-svc/persistence/product-list-query';
import { deductPoints } from '@microshop/loyalty-svc/application/deduct-points';
import { earnPoints } from '@microshop/loyalty-svc/application/earn-points';
import { refundPoints } from '@microshop/loyalty-svc/application/refund-points';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { ordersByCustomerConsumer } from '@microshop/loyalty-svc/messaging/orders-by-customer-consumer';
import { createRecordAnswer } from '@microshop/order-svc/application/record-answer';
import { createSettleOrder } from '@microshop/order-svc/application/settle-order';
import { catalogConsumer } from '@microshop/order-svc/messaging/catalog-consumer';
import { pointsConsumer } from '@microshop/order-svc/messaging/points-consumer';
import { stockConsumer } from '@microshop/order-svc/messaging/stock-consumer';
import type { Place } from './shop.ts';

const newId = newUuid;

/** What each service does with its events: its own table of handlers, as its app.ts puts it together. */
export const subscriptionsOf = (group: ServiceName, { db, transact }: Place, env: NodeJS.ProcessEnv): readonly Subscription[] => {
  switch (group) {
    case 'inventory-svc': {
      const queries = {
        listProducts: createListProducts(db),
        listMovements: createListMovements(db),
        findDueHolds: createFindDueHolds(db),
      };
      const useCases = createUseCases({ transact, clock: systemClock, newId, ...queries }, { shopCurrency: 'EUR', holdTtlMs: 1 });
      return [ordersBySkuConsumer(useCases)];
    }
    case 'loyalty-svc': {
      const { EARN_SPEND_PER_POINT: spendPerPoint } = loadConfig(LoyaltyConfig, { EARN_SPEND_PER_POINT: env.EARN_SPEND_PER_POINT });
      return [ordersByCustomerConsumer({ deductPoints: deductPoints({ newId }), earnPoints: earnPoints({ spendPerPoint }), refundPoints })];
    }
    case 'order-svc': {
      const recordAnswer = createRecordAnswer(createSettleOrder(() => undefined));
      return [stockConsumer(recordAnswer), pointsConsumer(recordAnswer), catalogConsumer];
    }
    default:
      return group satisfies never;
  }
};
