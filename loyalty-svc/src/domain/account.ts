/**
 * What a customer has: `ledgerSum` is the sum of the ledger. While it is below zero the customer owes points, the balance is zero,
 * and what is added next pays the debt first. No balance is ever negative.
 */
export type Account = { readonly ledgerSum: number; readonly balance: number };

export const emptyAccount: Account = { ledgerSum: 0, balance: 0 };

/** The account after a row of the ledger. */
export function post({ ledgerSum }: Account, change: number): Account {
  const sum = ledgerSum + change;
  return { ledgerSum: sum, balance: Math.max(0, sum) };
}

/** Whether so many points may be spent: a debt, and what is not there, may not. */
export const canSpend = ({ balance }: Pick<Account, 'balance'>, points: number): boolean => points <= balance;
