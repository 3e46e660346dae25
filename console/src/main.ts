import { loadConfigOrExit } from '@microshop/chassis/config';
import { runService } from '@microshop/chassis/lifecycle';
import { createLogger } from '@microshop/chassis/logger';
import { startConsole } from './app.ts';
import { ConsoleConfig } from './config.ts';

const config = loadConfigOrExit(ConsoleConfig, process.env);
const logger = createLogger({ name: 'console', level: config.LOG_LEVEL });

/** kafkajs can not mend a consumer that crashed for good; a clean process can. */
const onFatal = (error: Error) => {
  logger.fatal({ err: error }, 'The process can not go on and ends, to be started anew.');
  process.exit(1);
};

await runService({ name: 'console', logger, start: () => startConsole(config, logger, onFatal) });
