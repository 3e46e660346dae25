import { CheckoutRequest } from '@microshop/contracts/http';
import { Check } from 'typebox/value';
import { expect, test } from 'vitest';
import { usualOrder } from '../measure/measure.ts';
import { checkoutRequest, hotSkuOf } from './orders.ts';

function sent(shape: Parameters<typeof checkoutRequest>[0]) {
  const request = checkoutRequest(shape, 'key-1');
  const [head = '', body = ''] = request.split('\r\n\r\n');
  return { head, body, order: JSON.parse(body) as CheckoutRequest };
}

test('a request is a checkout of the contract, with its length and its key', () => {
  const { head, body, order } = sent(usualOrder('b1'));

  expect(Check(CheckoutRequest, order)).toBe(true);
  expect(head).toContain(`content-length: ${body.length}`);
  expect(head).toContain('idempotency-key: key-1');
  expect(head).toContain('prefer: wait=20');
});

test.each([1, 2, 50])('an order of %i lines has as many SKUs', (lines) => {
  const skus = sent(usualOrder('b1', { lines })).order.items.map(({ sku }) => sku);

  expect(new Set(skus).size).toBe(lines);
});

test('in a hot sale the first line is what everybody wants', () => {
  expect(sent(usualOrder('b1', { isHot: true })).order.items[0]?.sku).toBe(hotSkuOf('b1'));
});
