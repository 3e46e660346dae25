import { collection } from '../store/store.ts';

/** What an operator did with a dead letter: the trail that says who, when, why and with what outcome. Written with the action itself; never removed. */
export type DeadLetterAction = {
  _id: string;
  letterId: string;
  action: 'replay' | 'discard' | 'park' | 'unpark';
  /** The user of the operating system. */
  by: string;
  at: Date;
  reason?: string;
  /** Absent while a replay is under way. */
  outcome?: 'replayed' | 'failed' | 'discarded' | 'withdrawn' | 'done';
  detail?: string;
  outcomeAt?: Date;
  /** Of a replay: how often the event had been tried before it, and the outbox document that it is in. */
  attemptsBefore?: number;
  outboxId?: string;
};

export const deadLetterActionCollection = collection<DeadLetterAction>('deadLetterActions', {
  indexes: [{ keys: { letterId: 1, at: 1 } }],
});
