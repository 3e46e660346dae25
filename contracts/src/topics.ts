import { catalog, stock, stockLevels } from './inventory-events.ts';
import { points, pointsByCustomer } from './loyalty-events.ts';
import { ordersByCustomer, ordersBySku } from './order-events.ts';
import type { Topic } from './topic.ts';

/** Every topic of the shop. */
export const topics: readonly Topic[] = [ordersBySku, ordersByCustomer, stock, points, pointsByCustomer, catalog, stockLevels];
