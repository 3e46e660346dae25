import { expect, test } from 'vitest';
import { createLogger } from '../logger.ts';
import { counting, createConsumerHarness } from '../testing/consumer-harness.ts';
import { aRecord, tallies } from '../testing/events.ts';
import { subscribe } from './subscription.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** A consumer whose handler fails as `fail` does, and what it logs. */
function setUp(fail: () => void = () => undefined) {
  const lines: string[] = [];
  const logger = createLogger({ name: 'inventory-svc', level: 'debug' }, { write: (line) => lines.push(line) });
  const harness = createConsumerHarness([subscribe(tallies, { CountedUp: counting(fail) })], { logger });
  return { ...harness, lines, logged: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const record = (overrides: Parameters<typeof aRecord>[0] = {}) =>
  aRecord({
    offset: '7',
    id: 'event-1',
    data: { tallyId: 'HUSH-sku', orderId: 'order-9', by: 1 },
    headers: { traceparent: `00-${TRACE_ID}-00f067aa0ba902b7-01`, ce_correlationid: 'order-9' },
    ...overrides,
  });

const ids = { topic: tallies.name, partition: 2, offset: '7', correlationId: 'order-9', traceId: TRACE_ID };

test('what is poison is logged with all that leads to it, and without what is in it', async () => {
  const { deliver, createControl, logged, lines } = setUp(() => {
    throw new TypeError('poison');
  });
  await deliver([record()], createControl(), 2);
  expect(logged()).toMatchObject([{ level: 'error', eventId: 'event-1', eventType: 'CountedUp', orderId: 'order-9', ...ids }]);
  expect(lines.join()).not.toContain('HUSH');
});

test('so is what can not be read, as far as it is known', async () => {
  const { deliver, createControl, logged, lines } = setUp();
  await deliver([record({ value: '{"tallyId": HUSH' })], createControl(), 2);
  expect(logged()).toMatchObject([{ level: 'warn', code: 'malformed_json', eventId: 'event-1', ...ids }]);
  expect(lines.join()).not.toContain('HUSH');
});

test('and what has to wait for the database', async () => {
  const { deliver, createControl, logged, lines, store } = setUp();
  store.failNext('commit', 'unavailable');
  await deliver([record()], createControl(), 2);
  expect(logged()).toMatchObject([{ level: 'warn', attempt: 0, eventId: 'event-1', ...ids }]);
  expect(lines.join()).not.toContain('HUSH');
});
