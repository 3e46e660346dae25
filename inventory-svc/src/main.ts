import { loadConfigOrExit } from '@microshop/chassis/config';
import { runService } from '@microshop/chassis/lifecycle';
import { createLogger } from '@microshop/chassis/logger';
import { startInventory } from './app.ts';
import { InventoryConfig } from './config.ts';

const name = 'inventory-svc';
const config = loadConfigOrExit(InventoryConfig, process.env);
const logger = createLogger({ name, level: config.LOG_LEVEL });
await runService({ name, logger, start: () => startInventory(config, logger) });
