import { loadConfigOrExit } from '@microshop/chassis/config';
import { runService } from '@microshop/chassis/lifecycle';
import { createLogger } from '@microshop/chassis/logger';
import { startLoyalty } from './app.ts';
import { LoyaltyConfig } from './config.ts';

const config = loadConfigOrExit(LoyaltyConfig, process.env);
const logger = createLogger({ name: 'loyalty-svc', level: config.LOG_LEVEL });
await runService({ name: 'loyalty-svc', logger, start: () => startLoyalty(config, logger) });
