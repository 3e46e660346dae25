import { loadConfigOrExit } from '@microshop/chassis/config';
import { runService } from '@microshop/chassis/lifecycle';
import { createLogger } from '@microshop/chassis/logger';
import { startOrderService } from './app.ts';
import { OrderConfig } from './config.ts';

const config = loadConfigOrExit(OrderConfig, process.env);
const logger = createLogger({ name: 'order-svc', level: config.LOG_LEVEL });
await runService({ name: 'order-svc', logger, start: () => startOrderService(config, logger) });
