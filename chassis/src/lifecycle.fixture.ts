// A process for lifecycle.test.ts to signal. Its first argument says how it behaves.
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from './errors.ts';
import { runService } from './lifecycle.ts';
import { createLogger } from './logger.ts';

const behaviour = process.argv[2];
const forever = () => new Promise<never>(() => undefined);
const logger = createLogger({ name: 'fixture', level: 'debug' });

const starts: Record<string, () => Promise<void>> = {
  'start-refused': async () => {
    throw new Error('outer', { cause: new AppError({ kind: 'invalid', code: 'port_taken', message: 'Port 4001 is taken.' }) });
  },
  'start-broken': async () => {
    throw new TypeError('broken start');
  },
  'start-hangs': () => {
    logger.info('starting');
    return forever();
  },
};

const stops: Record<string, () => Promise<void>> = {
  'stop-slow': async () => {
    const released = new Promise((resolve) => process.once('SIGUSR2', resolve));
    logger.info('slow stop');
    await released;
  },
  'stop-hangs': forever,
  'stop-broken': async () => {
    throw new Error('broken stop');
  },
};

await runService({
  name: 'fixture',
  logger,
  stopTimeoutMs: behaviour?.endsWith('-hangs') ? 50 : 10_000,
  start: async () => {
    const work = setInterval(() => undefined, 60_000);
    await starts[behaviour ?? '']?.();
    if (behaviour === 'throws-later') setImmediate(() => JSON.parse('{'));
    if (behaviour === 'rejects-later') void delay(1).then(() => JSON.parse('{'));
    return {
      stop: async () => {
        await stops[behaviour ?? '']?.();
        clearInterval(work);
      },
    };
  },
});
