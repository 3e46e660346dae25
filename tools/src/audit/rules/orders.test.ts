import { describe, expect, it } from 'vitest';
import { anOrder, ORDER, sentences } from '../testing/documents.ts';
import { checkOrders, checkStuck } from './orders.ts';

describe('3 orders', () => {
  it.each([
    [['pending']],
    [['pending', 'confirmed']],
    [['pending', 'rejected']],
    [['pending', 'cancelled']],
    [['pending', 'confirmed', 'cancelled']],
    [['pending', 'confirmed', 'fulfilled']],
  ] as const)('may have gone %j', (path) => {
    expect(sentences(checkOrders([anOrder({ path: [...path] })]))).toEqual([]);
  });

  it.each([
    ['an illegal path', { path: ['pending', 'rejected', 'cancelled'] }, 'came to cancelled by pending rejected cancelled'],
    ['a status that its path does not end in', { status: 'fulfilled' }, 'came to fulfilled by pending confirmed'],
    ['a gap in the versions', { version: 3 }, 'has a gap in its versions'],
    ['lines that do not add up', { itemsPrice: 2100, totalPrice: 2000 }, 'has lines that do not add up to 2100'],
    ['another total', { totalPrice: 2000 }, 'has a total of 2000 instead of 2000 - 0 - 100'],
  ] as const)('name %s', (_, overrides, sentence) => {
    expect(sentences(checkOrders([anOrder(overrides as Parameters<typeof anOrder>[0])]))).toEqual([`${ORDER} ${sentence}`]);
  });
});

describe('3 an order ends in time', () => {
  const now = new Date('2026-02-10T12:10:00Z');
  const requests = (agoMs: number) => new Map([[ORDER, { publishedAt: new Date(now.getTime() - agoMs), timeoutMs: 60_000 }]]);
  const pending = anOrder({ path: ['pending'] });

  it('until its time and a minute for the sweep are up, and for as long as it is not published', () => {
    expect(sentences(checkStuck([pending], requests(120_000), now))).toEqual([]);
    expect(sentences(checkStuck([pending], new Map(), now))).toEqual([]);
    expect(sentences(checkStuck([anOrder()], requests(500_000), now))).toEqual([]);
  });

  it('is named when it is still pending', () => {
    expect(sentences(checkStuck([pending], requests(121_000), now))).toEqual([`${ORDER} is still pending, 61 s after its time was up`]);
  });
});
