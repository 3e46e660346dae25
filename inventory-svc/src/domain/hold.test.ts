import { describe, expect, it } from 'vitest';
import { decideHold, type Hold, type HoldChange, type HoldFact, isSettled } from './hold.ts';

const now = new Date('2026-01-01T00:00:00Z');
const terms = { itemsDigest: 'digest', expiresAt: new Date(now.getTime() + 1) };
const mug = { sku: 'MUG', quantity: 2, settled: false };
const pen = { sku: 'PEN', quantity: 3, settled: false };
const done = (item: typeof mug) => ({ ...item, settled: true });

const held: Hold = { ...terms, status: 'held', items: [mug, pen] };
const due: Hold = { ...held, expiresAt: now };
const claimed: Hold = { ...terms, status: 'claimed', orderId: 'o1', items: [done(mug), pen] };
const claimedByOther: Hold = { ...claimed, orderId: 'o2' };
const released: Hold = { ...terms, status: 'released', items: [done(mug), done(pen)] };
const expired: Hold = { ...due, status: 'expired', items: [done(mug), done(pen)] };

const penRequested: HoldFact = { type: 'requested', orderId: 'o1', sku: 'PEN', itemsDigest: 'digest' };
const penEnded: HoldFact = { type: 'order_ended', orderId: 'o1', sku: 'PEN' };
const rolledBack: HoldFact = { type: 'rolled_back' };
const lookedAt: HoldFact = { type: 'looked_at' };

const mugRequested: HoldFact = { ...penRequested, sku: 'MUG' };
const claims = { status: 'claimed', orderId: 'o1' } as const;
const penOver: Hold = { ...held, ended: [{ orderId: 'o1', sku: 'PEN' }] };
const penTaken: HoldChange = { next: { ...terms, status: 'claimed', orderId: 'o1', items: [mug, done(pen)] }, freed: [] };

describe('a hold, in every state and with every fact', () => {
  it.each<[string, Hold, HoldFact, HoldChange | 'unchanged']>([
    ['held', held, penRequested, penTaken],
    ['held', held, penEnded, { next: penOver, freed: [] }],
    ['held, its order ended for a part', penOver, penEnded, 'unchanged'],
    [
      'held, its order ended for a part',
      penOver,
      mugRequested,
      { next: { ...terms, ...claims, items: [done(mug), done(pen)] }, freed: [pen] },
    ],
    ['held, another order ended for a part', { ...penOver, ended: [{ orderId: 'o2', sku: 'PEN' }] }, penRequested, penTaken],
    ['held, its order ended for a part', penOver, lookedAt, 'unchanged'],
    ['due, its order ended for a part', { ...penOver, expiresAt: now }, lookedAt, { next: expired, freed: [mug, pen] }],
    ['held', held, rolledBack, { next: released, freed: [mug, pen] }],
    ['held', held, lookedAt, 'unchanged'],
    ['due', due, penRequested, 'unchanged'],
    ['due', due, penEnded, { next: { ...penOver, expiresAt: now }, freed: [] }],
    ['due', due, rolledBack, { next: expired, freed: [mug, pen] }],
    ['due', due, lookedAt, { next: expired, freed: [mug, pen] }],
    ['claimed', claimed, penRequested, { next: { ...claimed, items: [done(mug), done(pen)] }, freed: [] }],
    ['claimed', claimed, penEnded, { next: { ...claimed, items: [done(mug), done(pen)] }, freed: [pen] }],
    ['claimed', claimed, rolledBack, 'unchanged'],
    ['claimed', claimed, lookedAt, 'unchanged'],
    ['claimed by another', claimedByOther, penRequested, 'unchanged'],
    ['claimed by another', claimedByOther, penEnded, 'unchanged'],
    ['released', released, penRequested, 'unchanged'],
    ['released', released, penEnded, 'unchanged'],
    ['released', released, rolledBack, 'unchanged'],
    ['released', released, lookedAt, 'unchanged'],
    ['expired', expired, penRequested, 'unchanged'],
    ['expired', expired, penEnded, 'unchanged'],
    ['expired', expired, rolledBack, 'unchanged'],
    ['expired', expired, lookedAt, 'unchanged'],
  ])('%s; %j', (_, hold, fact, expected) => {
    expect(decideHold(hold, fact, now)).toEqual(expected);
  });

  it('is claimed past its time by the order that has claimed it before', () => {
    const late = decideHold({ ...claimed, expiresAt: now }, penRequested, now);
    expect(late).toMatchObject({ next: { status: 'claimed', orderId: 'o1' } });
  });

  it.each<[string, Partial<Extract<HoldFact, { type: 'requested' }>>]>([
    ['other items', { itemsDigest: 'another' }],
    ['a SKU that is not in it', { sku: 'CUP' }],
  ])('is not for a request of %s', (_, wrong) => {
    expect(decideHold(held, { ...penRequested, ...wrong } as HoldFact, now)).toBe('unchanged');
  });

  it('gives a part to its order once', () => {
    expect(decideHold(claimed, { ...penRequested, sku: 'MUG' } as HoldFact, now)).toBe('unchanged');
    expect(decideHold(claimed, { ...penEnded, sku: 'MUG' } as HoldFact, now)).toBe('unchanged');
  });

  it('is settled when each of its parts is', () => {
    expect([held, claimed, released, expired].map(isSettled)).toEqual([false, false, true, true]);
  });
});
