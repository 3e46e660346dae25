import { createTestServer } from '@microshop/chassis/http/test-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Order } from '../domain/order.ts';
import { createCheckoutAdmission } from './checkout-admission.ts';

const TARGET_MS = 500;

async function setUp() {
  let time = 0;
  const onRefused = vi.fn();
  const admission = createCheckoutAdmission({ targetMs: TARGET_MS, min: 1, max: 3, now: () => time, onRefused });
  const { app } = await createTestServer();
  onTestFinished(() => app.close());
  const gates: (() => void)[] = [];
  app.post('/checkout', { onRequest: admission.admit }, () => new Promise<string>((resolve) => gates.push(() => resolve('done'))));
  const checkout = (key: string) => app.inject({ method: 'POST', url: '/checkout', headers: { 'idempotency-key': key } });
  return {
    admission,
    checkout,
    gates,
    onRefused,
    /** Two orders a second end, and those who wait do so for too long. */
    overloaded(ending: Partial<Order> = { status: 'confirmed' }) {
      for (const end = time + 5000; time < end; time += 500) {
        admission.onEnding(ending as Order);
        admission.waited(TARGET_MS);
      }
    },
  };
}

test('beyond the limit a checkout is refused at once, to come again at a time of its own', async () => {
  const { checkout, gates, onRefused, overloaded } = await setUp();
  overloaded();
  const first = checkout('one');
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  const refused = await checkout('two');
  expect([refused.statusCode, refused.json().code]).toEqual([503, 'overloaded']);
  expect(refused.headers['retry-after']).toMatch(/^[123]$/);
  expect(onRefused).toHaveBeenCalledTimes(1);
  gates.shift()?.();
  expect((await first).statusCode).toBe(200);
  const next = checkout('two');
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  gates.shift()?.();
  expect((await next).statusCode).toBe(200);
});

test('a checkout that was let in may come once more whatever the limit', async () => {
  const { admission, checkout, gates, overloaded } = await setUp();
  overloaded();
  const first = checkout('one');
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  const again = checkout('one');
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  expect((await checkout('one')).statusCode).toBe(503);
  expect(admission.state()).toEqual({ open: 2, limit: 1 });
  for (const open of gates) open();
  expect([(await first).statusCode, (await again).statusCode]).toEqual([200, 200]);
  expect(admission.state().open).toBe(0);
});

test.each<[string, Partial<Order>, number]>([
  ['confirmed by the others', { status: 'confirmed' }, 1],
  ['rejected by the others', { status: 'rejected', rejection: { code: 'out_of_stock' } as NonNullable<Order['rejection']> }, 1],
  ['timed out', { status: 'rejected', rejection: { code: 'timed_out' } as NonNullable<Order['rejection']> }, 3],
  ['cancelled', { status: 'cancelled' }, 3],
])('while all that happens is that orders are %s, %o, the limit becomes %i', async (_what, ending, limit) => {
  const { admission, overloaded } = await setUp();
  overloaded(ending);
  expect(admission.state().limit).toBe(limit);
});
