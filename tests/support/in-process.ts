import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import { startInventory } from '@microshop/inventory-svc/app';
import { InventoryConfig } from '@microshop/inventory-svc/config';
import { startLoyalty } from '@microshop/loyalty-svc/app';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { startOrderService } from '@microshop/order-svc/app';
import { OrderConfig } from '@microshop/order-svc/config';
import { inject } from 'vitest';
import { createShop, OPERATOR_TOKEN, type Shop } from './shop.ts';

/** The three services in this process, on the run's real broker and database. */
export async function startShopInProcess(settings: Record<string, string> = {}): Promise<Shop & { stop(): Promise<void> }> {
  const env = {
    NODE_ENV: 'test',
    KAFKA_BROKERS: inject('kafkaBrokers').join(','),
    MONGODB_URL: inject('mongodbUrl'),
    ORDER_SVC_PORT: '0',
    INVENTORY_SVC_PORT: '0',
    LOYALTY_SVC_PORT: '0',
    OPERATOR_TOKEN,
    LOG_LEVEL: 'error',
    ...settings,
  };
  const logger = (name: string) => createLogger({ name, level: 'error' });
  const onFatal = (error: Error) => {
    throw error;
  };
  const [order, inventory, loyalty] = await Promise.all([
    startOrderService(loadConfig(OrderConfig, env), logger('order-svc'), { onFatal }),
    startInventory(loadConfig(InventoryConfig, env), logger('inventory-svc'), { onFatal }),
    startLoyalty(loadConfig(LoyaltyConfig, env), logger('loyalty-svc'), { onFatal }),
  ]);
  const shop = createShop({ order: order.url, inventory: inventory.url, loyalty: loyalty.url });
  await shop.ready();
  return {
    ...shop,
    async stop() {
      await Promise.all([order.stop(), inventory.stop(), loyalty.stop()]);
    },
  };
}
