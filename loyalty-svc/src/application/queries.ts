import type { CustomerDocument, LedgerDocument } from './collections.ts';

export type CustomerListing = {
  email?: string;
  /** Entries after this one. */
  after?: { createdAt: Date; customerId: string };
  limit: number;
};

export type CustomerQueries = {
  find(customerId: string): Promise<CustomerDocument | undefined>;
  /** Newest first. */
  list(listing: CustomerListing): Promise<CustomerDocument[]>;
};

export type LedgerListing = { customerId: string; beforeSequence?: number; limit: number };

export type LedgerQueries = {
  /** Newest first. */
  list(listing: LedgerListing): Promise<LedgerDocument[]>;
};
