import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import type { RunningService } from '@microshop/chassis/service';
import { startInventory } from '@microshop/inventory-svc/app';
import { InventoryConfig } from '@microshop/inventory-svc/config';
import { startLoyalty } from '@microshop/loyalty-svc/app';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { startOrderService } from '@microshop/order-svc/app';
import { OrderConfig } from '@microshop/order-svc/config';
import { inject } from 'vitest';
import { createShop, OPERATOR_TOKEN, type Shop, type Urls } from './shop.ts';

export type Part = keyof Urls;
type Settings = Record<string, string>;

const environment = (settings: Settings) => ({
  NODE_ENV: 'test',
  KAFKA_BROKERS: inject('kafkaBrokers').join(','),
  MONGODB_URL: inject('mongodbUrl'),
  ORDER_SVC_PORT: '0',
  INVENTORY_SVC_PORT: '0',
  LOYALTY_SVC_PORT: '0',
  OPERATOR_TOKEN,
  LOG_LEVEL: 'error',
  ...settings,
});

const logger = (name: string, { LOG_LEVEL = 'error' }: Settings) => createLogger({ name, level: LOG_LEVEL });
const onFatal = (error: Error) => {
  throw error;
};

/** How each service is started in this process, on the run's real broker and database. */
export const startInProcess: Record<Part, (settings?: Settings) => Promise<RunningService>> = {
  order: (settings = {}) => startOrderService(loadConfig(OrderConfig, environment(settings)), logger('order-svc', settings), { onFatal }),
  inventory: (settings = {}) =>
    startInventory(loadConfig(InventoryConfig, environment(settings)), logger('inventory-svc', settings), { onFatal }),
  loyalty: (settings = {}) => startLoyalty(loadConfig(LoyaltyConfig, environment(settings)), logger('loyalty-svc', settings), { onFatal }),
};

const portSettings = { order: 'ORDER_SVC_PORT', inventory: 'INVENTORY_SVC_PORT', loyalty: 'LOYALTY_SVC_PORT' } as const;

export type ShopInProcess = Shop & {
  stop(): Promise<void>;
  stopPart(part: Part): Promise<void>;
  /** Starts a stopped part again, at the same address. */
  startPart(part: Part, settings?: Settings): Promise<void>;
};

/** The three services in this process, on the run's real broker and database. */
export async function startShopInProcess(settings: Settings = {}): Promise<ShopInProcess> {
  const [order, inventory, loyalty] = await Promise.all([
    startInProcess.order(settings),
    startInProcess.inventory(settings),
    startInProcess.loyalty(settings),
  ]);
  const urls = { order: order.url, inventory: inventory.url, loyalty: loyalty.url };
  const running = new Map<Part, RunningService>([
    ['order', order],
    ['inventory', inventory],
    ['loyalty', loyalty],
  ]);
  const shop = createShop(urls);
  await shop.ready();
  return {
    ...shop,
    async stop() {
      await Promise.all([...running.values()].map((service) => service.stop()));
      running.clear();
    },
    async stopPart(part) {
      const service = running.get(part);
      running.delete(part);
      await service?.stop();
    },
    async startPart(part, others = {}) {
      const port = { [portSettings[part]]: new URL(urls[part]).port };
      running.set(part, await startInProcess[part]({ ...settings, ...port, ...others }));
    },
  };
}
