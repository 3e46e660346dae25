import type { LedgerDocument } from '@microshop/loyalty-svc/application/collections';
import { describe, expect, it } from 'vitest';
import { aCustomer, aLedger, aRow, ORDER, sentences, somePoints } from '../testing/documents.ts';
import { checkOrderPoints, checkPoints, tallyPoints } from './points.ts';

describe('2 points', () => {
  const check = (customer: object, ledger: LedgerDocument[] = aLedger()) =>
    sentences(checkPoints([aCustomer(customer)], tallyPoints(ledger)));

  it('holds when the balance is the sum of the ledger, or zero while points are owed', () => {
    expect(check({})).toEqual([]);
    expect(check({ balance: 0, ledgerSum: -5, movements: 1 }, [aRow({ change: -5 })])).toEqual([]);
    expect(check({ balance: 0, ledgerSum: 0, movements: 0 }, [])).toEqual([]);
  });

  it.each([
    ['a balance that is not the sum', { balance: 420 }, 'ada has a balance of 420, the ledger amounts to 419'],
    ['a kept sum that is not the sum', { ledgerSum: 420 }, 'ada has a balance of 419, the ledger amounts to 419'],
    ['a row that is missing', { movements: 4 }, 'ada counts 4 rows, the ledger has 3'],
  ])('names %s', (_, customer, sentence) => {
    expect(check(customer)).toEqual([sentence]);
  });
});

describe("2 an order's points", () => {
  const check = (points: object, rows: LedgerDocument[]) => [...checkOrderPoints([somePoints(points)], new Map([[ORDER, rows]]))];
  const row = (type: LedgerDocument['type'], change: number) => aRow({ type, change, orderId: ORDER });

  it.each<[object, LedgerDocument[]]>([
    [{ state: 'deducted' }, [row('deducted', -100)]],
    [{ state: 'earned' }, [row('deducted', -100), row('earned', 19)]],
    [{ state: 'earned', redeemed: 0, earned: 0 }, []],
    [{ state: 'refunded', earned: 0 }, [row('refunded', 100), row('deducted', -100)]],
    [{ state: 'refunded' }, [row('deducted', -100), row('earned', 19), row('refunded', 100), row('taken_back', -19)]],
    [{ state: 'rejected', reason: 'customer_blocked', requested: 100 }, []],
    [{ state: 'ended' }, []],
  ])('hold with the rows that their state has written: %j', (points, rows) => {
    expect(check(points, rows)).toEqual([]);
  });

  it('name a row that is missing, and how much it takes to make good', () => {
    expect(check({ state: 'earned' }, [row('deducted', -100)])).toEqual([
      expect.objectContaining({
        sentence: `${ORDER} has its points earned: its ledger should have deducted -100, earned 19 and has deducted -100`,
        fault: { kind: 'points_not_ledger', customerId: 'ada', missing: 19 },
      }),
    ]);
  });

  it('name rows of an order that has moved no points', () => {
    expect(sentences(check({ state: 'ended' }, [row('deducted', -100)]))).toEqual([
      `${ORDER} has its points ended: its ledger should have no row and has deducted -100`,
    ]);
  });
});
