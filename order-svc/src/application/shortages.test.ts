import { describe, expect, it } from 'vitest';
import type { Order } from '../domain/order.ts';
import { after, aLine, anOrder, deducted, reserved, short } from '../testing/builders.ts';
import { createShortages } from './shortages.ts';

const MANY = 50;
const one = [{ sku: 'MUG', quantity: 1 }];
const missingOne = [{ sku: 'MUG', requested: 1, available: 0 }];

function setUp() {
  let time = new Date(anOrder().createdAt.getTime() + 500);
  const shortages = createShortages({ now: () => time });
  const order = (): Order => ({ ...anOrder({ items: [aLine()] }), createdAt: time });
  const rejected = (available = 0) => after(order(), deducted(), short('MUG', 2, available));
  const confirmed = () => after(order(), deducted(), reserved('MUG'));
  return {
    ...{ shortages, rejected, confirmed },
    tell(orders: number, ending: () => Order = rejected) {
      for (let n = 0; n < orders; n++) shortages.onEnding(ending());
    },
    pass(ms: number) {
      time = new Date(time.getTime() + ms);
    },
    /** Whether each of so many that come now is let through. */
    letThrough: (count: number) => Array.from({ length: count }, () => shortages.of(one).length === 0),
  };
}

it('asks inventory-svc for everybody, until many were rejected lately', () => {
  const { tell, letThrough, pass } = setUp();
  tell(MANY - 1);
  expect(letThrough(2)).toEqual([true, true]);
  pass(3000);
  tell(MANY - 1);
  expect(letThrough(2)).toEqual([true, true]);
});

it('then tells what is missing, and lets one through each 100 ms', () => {
  const { tell, letThrough, pass, shortages } = setUp();
  tell(MANY);
  expect(letThrough(3)).toEqual([true, false, false]);
  expect(shortages.of(one)).toEqual(missingOne);
  pass(100);
  expect(letThrough(2)).toEqual([true, false]);
});

it('forgets at the first order that is confirmed', () => {
  const { tell, letThrough, confirmed } = setUp();
  tell(MANY);
  tell(1, confirmed);
  expect(letThrough(3)).toEqual([true, true, true]);
});

it('forgets when nobody has heard anything for two seconds', () => {
  const { tell, letThrough, pass } = setUp();
  tell(MANY);
  pass(2000);
  expect(letThrough(3)).toEqual([true, true, true]);
});

it('forgets when the clock is set back', () => {
  const { tell, letThrough, pass } = setUp();
  tell(MANY);
  letThrough(1);
  pass(-3_600_000);
  expect(letThrough(3)).toEqual([true, true, true]);
});

it('learns nothing of an order that is older than that', () => {
  const { tell, letThrough, pass, rejected } = setUp();
  const old = rejected();
  pass(2000);
  tell(MANY, () => old);
  expect(letThrough(3)).toEqual([true, true, true]);
});

describe('of a SKU of which there is still some', () => {
  it('asks for those who want no more', () => {
    const { shortages, tell, rejected, letThrough } = setUp();
    tell(MANY, () => rejected(1));
    letThrough(1);
    expect(shortages.of(one)).toEqual([]);
    shortages.of([{ sku: 'MUG', quantity: 2 }]);
    expect(shortages.of([{ sku: 'MUG', quantity: 2 }])).toEqual([{ sku: 'MUG', requested: 2, available: 1 }]);
  });
});

it('names what is missing only, and knows of no other SKU', () => {
  const { shortages, tell, letThrough } = setUp();
  tell(MANY);
  letThrough(1);
  expect(shortages.of([...one, { sku: 'TEA', quantity: 9 }])).toEqual(missingOne);
  expect(shortages.of([{ sku: 'TEA', quantity: 9 }])).toEqual([]);
});

it('remembers a thousand SKUs, those of which it heard last', () => {
  const { shortages, tell, letThrough, rejected } = setUp();
  tell(MANY);
  letThrough(1);
  for (let n = 0; n < 1000; n++) {
    const order = rejected();
    shortages.onEnding({
      ...order,
      rejection: { code: 'out_of_stock', detail: '', errors: [{ sku: `S${n}`, requested: 1, available: 0 }] },
    });
  }
  expect(letThrough(2)).toEqual([true, true]);
});
