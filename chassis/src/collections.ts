import { deadLetterCollection } from './consumer/dead-letter.ts';
import { deadLetterActionCollection } from './consumer/dead-letter-action.ts';
import { inboxCollection } from './inbox/inbox.ts';
import { bellCollection } from './outbox/bell.ts';
import { leaseCollection } from './outbox/lease.ts';
import { outboxCollection } from './outbox/outbox.ts';
import type { Collection, Document } from './store/store.ts';

/** The chassis's own collections, in each service's database. */
export const CHASSIS_COLLECTIONS: readonly Collection<Document>[] = [
  outboxCollection,
  inboxCollection,
  leaseCollection,
  bellCollection,
  deadLetterCollection,
  deadLetterActionCollection,
];
