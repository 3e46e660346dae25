import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import { startConsole } from '@microshop/console/app';
import { ConsoleConfig } from '@microshop/console/config';
import { inject } from 'vitest';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { OPERATOR_TOKEN } from '../support/shop.ts';

export type ConsoleShop = ShopInProcess & { consoleUrl: string };

/** The three services and the console in this process, on the run's real broker and database; the console serves the built pages. */
export async function startConsoleShop(settings: Record<string, string> = {}): Promise<ConsoleShop> {
  const shop = await startShopInProcess({ LOG_LEVEL: 'silent', ...settings });
  const config = loadConfig(ConsoleConfig, {
    // As on a developer's machine: without the token it is read-only.
    NODE_ENV: 'development',
    KAFKA_BROKERS: inject('kafkaBrokers').join(','),
    MONGODB_URL: inject('mongodbUrl'),
    ORDER_SVC_URL: shop.urls.order,
    INVENTORY_SVC_URL: shop.urls.inventory,
    LOYALTY_SVC_URL: shop.urls.loyalty,
    CONSOLE_PORT: '0',
    CONSOLE_WEB_DIR: inject('pagesDirectory'),
    OPERATOR_TOKEN,
    ...settings,
  });
  const console = await startConsole(config, createLogger({ name: 'console', level: 'error' }), (error) => {
    throw error;
  });
  return {
    ...shop,
    consoleUrl: console.url,
    async stop() {
      await console.stop();
      await shop.stop();
    },
  };
}
