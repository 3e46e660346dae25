import { collection } from '../store/store.ts';

/**
 * `<group>/<eventId>`: the event was handled, in the transaction that inserted the row. `parked/<group>/<topic>/<key>/<orderId>`: the dead
 * letters of that order, first first; while there are any, only the replay of the first is handled.
 */
export type InboxRow = { _id: string; at: Date; expiresAt?: Date; queue?: string[] };

/** Longer than the 30 days of the topics: a record that can still be read again is still known. */
export const INBOX_KEEP_DAYS = 45;
const DAY_MS = 24 * 3600 * 1000;

export const inboxCollection = collection<InboxRow>('inbox', { indexes: [{ keys: { expiresAt: 1 }, expireAfterSeconds: 0 }] });

export const inboxId = (group: string, eventId: string): string => `${group}/${eventId}`;
export const parkedId = (group: string, topic: string, key: string, orderId: string): string =>
  `parked/${group}/${topic}/${key}/${orderId}`;

/** A row that binds for longer than any record of the event can be read again. */
export const inboxRow = (id: string, now: Date): InboxRow => ({
  _id: id,
  at: now,
  expiresAt: new Date(now.getTime() + INBOX_KEEP_DAYS * DAY_MS),
});
