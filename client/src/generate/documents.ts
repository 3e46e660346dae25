import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import type { RunningService } from '@microshop/chassis/service';
import type { ServiceName } from '@microshop/contracts';
import { startInventory } from '@microshop/inventory-svc/app';
import { InventoryConfig } from '@microshop/inventory-svc/config';
import { startLoyalty } from '@microshop/loyalty-svc/app';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { startOrderService } from '@microshop/order-svc/app';
import { OrderConfig } from '@microshop/order-svc/config';
import type { OpenAPI3 } from 'openapi-typescript';

const NOWHERE = '127.0.0.1:9';
/** A service serves its document also while broker and database are away. */
const environment = {
  NODE_ENV: 'test',
  KAFKA_BROKERS: NOWHERE,
  MONGODB_URL: `mongodb://${NOWHERE}/?replicaSet=rs0&directConnection=true`,
  AUTH_JWT_SECRET: 'only to have the documents say where a token is needed',
  ORDER_SVC_PORT: '0',
  INVENTORY_SVC_PORT: '0',
  LOYALTY_SVC_PORT: '0',
};
const logger = createLogger({ name: 'client', level: 'silent' });

const start: Record<ServiceName, () => Promise<RunningService>> = {
  'order-svc': () => startOrderService(loadConfig(OrderConfig, environment), logger),
  'inventory-svc': () => startInventory(loadConfig(InventoryConfig, environment), logger),
  'loyalty-svc': () => startLoyalty(loadConfig(LoyaltyConfig, environment), logger),
};
export const services = Object.keys(start) as ServiceName[];

/** The OpenAPI document that the service serves. The service goes on running: it is for a process that ends. */
export async function documentOf(service: ServiceName): Promise<OpenAPI3> {
  const { url } = await start[service]();
  const answer = await fetch(`${url}/openapi.json`);
  return (await answer.json()) as OpenAPI3;
}
