import { expect, test } from 'vitest';
import { createClaims } from './claims.ts';

test('all are taken or none', () => {
  const claims = createClaims();
  const giveBack = claims.take(['kafka', 'order-svc-1']);
  expect(claims.take(['order-svc-1', 'order-svc-2'])).toBeUndefined();
  expect(claims.take(['order-svc-2'])).toBeDefined();
  giveBack?.();
  expect(claims.take(['order-svc-1', 'kafka'])).toBeDefined();
});

test('who waits is told when something is given back', async () => {
  const claims = createClaims();
  const giveBack = claims.take(['a']);
  const changed = claims.change();
  giveBack?.();
  await changed;
  expect(claims.take(['a'])).toBeDefined();
});

test('nothing needed is there at once', () => {
  expect(createClaims().take([])).toBeDefined();
});
