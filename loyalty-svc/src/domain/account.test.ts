import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Account, canSpend, emptyAccount, post } from './account.ts';

const amount = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
const accountAfter = (changes: readonly number[]): Account => changes.reduce(post, emptyAccount);

describe('an account', () => {
  it('has the sum of the ledger as its balance, or zero while that is below zero, and never less', () => {
    fc.assert(
      fc.property(fc.array(amount), (changes) => {
        const sum = changes.reduce((total, change) => total + change, 0);
        expect(accountAfter(changes)).toEqual({ ledgerSum: sum, balance: Math.max(sum, 0) });
      }),
    );
  });

  it('never owes anything when only what can be spent is spent', () => {
    fc.assert(
      fc.property(fc.array(amount), (changes) => {
        const account = changes.reduce((before, change) => (canSpend(before, -change) ? post(before, change) : before), emptyAccount);
        expect(account.ledgerSum).toBe(account.balance);
      }),
    );
  });

  it('takes what is owed from what is added next', () => {
    const indebted = accountAfter([100, -100, -30]);
    expect(indebted).toEqual({ ledgerSum: -30, balance: 0 });
    expect(post(indebted, 20)).toEqual({ ledgerSum: -10, balance: 0 });
    expect(post(indebted, 50)).toEqual({ ledgerSum: 20, balance: 20 });
  });

  it('spends nothing that is not there, and zero always', () => {
    expect(canSpend({ balance: 10 }, 10)).toBe(true);
    expect(canSpend({ balance: 10 }, 11)).toBe(false);
    expect(canSpend(accountAfter([-5]), 0)).toBe(true);
  });
});
