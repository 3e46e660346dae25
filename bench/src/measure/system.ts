import type { Operations } from './operations.ts';

/** What orders are sent to: its addresses, and the processes that work for them. */
export type System = {
  readonly name: string;
  readonly urls: readonly string[];
  readonly pids: Readonly<Record<string, readonly number[]>>;
  operations(): Promise<Operations>;
};

export const MICROSHOP = 'Microshop';
export const TRANSACTIONS = 'transaction design';
