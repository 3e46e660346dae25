import { createRequire } from 'node:module';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, inject, test, vi } from 'vitest';
import { silent } from '../testing/events.ts';
import { unique } from '../testing/int.ts';
import { createKafkaBroker } from './kafkajs-broker.ts';

test('an idle connection does not wake the process hundreds of times a second', async () => {
  const broker = createKafkaBroker({ brokers: inject('kafkaBrokers'), clientId: unique('idle'), logger: silent, onFatal: () => undefined });
  await broker.ping();
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
    prototype: { checkPendingRequests(): void };
  };
  const checks = vi.spyOn(prototype, 'checkPendingRequests');
  // The moment in which an unpatched connection makes about 430 of them.
  await pause(500);
  expect(checks.mock.calls.length).toBeLessThan(10);
  await broker.stop();
});
