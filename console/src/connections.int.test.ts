import { connect, createServer } from 'node:net';
import { loadConfig } from '@microshop/chassis/config';
import { createLogger } from '@microshop/chassis/logger';
import { findFreePort } from '@microshop/local/ports';
import { expect, inject, test, vi } from 'vitest';
import { WAIT } from '../../tests/support/shop.ts';
import { startConsole } from './app.ts';
import { ConsoleConfig } from './config.ts';

test('a console that starts before its database finds it', async () => {
  const target = new URL(inject('mongodbUrl'));
  const late = new URL(target);
  late.port = String(await findFreePort());
  const relay = createServer((inbound) => {
    const outbound = connect(Number(target.port), target.hostname);
    inbound.on('error', () => outbound.destroy()).pipe(outbound);
    outbound.on('error', () => inbound.destroy()).pipe(inbound);
  });
  const config = loadConfig(ConsoleConfig, { KAFKA_BROKERS: inject('kafkaBrokers').join(), MONGODB_URL: late.href, CONSOLE_PORT: '0' });
  const console = await startConsole(config, createLogger({ name: 'console', level: 'silent' }), () => undefined);
  const answers = (status: number) =>
    vi.waitFor(async () => expect((await fetch(`${console.url}/console/orders`)).status).toBe(status), WAIT);
  try {
    await answers(503);
    relay.listen(Number(late.port), '127.0.0.1');
    await answers(200);
  } finally {
    await console.stop();
    relay.close();
  }
});
