import { userInfo } from 'node:os';
import { type DeadLetter, isSettled } from '@microshop/chassis/consumer/dead-letter';
import { type DeadLetterAction, deadLetterActionCollection } from '@microshop/chassis/consumer/dead-letter-action';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { of, type Place } from './shop.ts';

/** Who is at the keyboard, as the operating system knows them. */
export function operator(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have a number and no name.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** What was done with a letter, oldest first. */
export const actionsOf = (place: Place, letterId: string): Promise<DeadLetterAction[]> =>
  of(place, deadLetterActionCollection).find({ letterId }).sort({ at: 1, _id: 1 }).toArray();

export type Outcome = Required<Pick<DeadLetterAction, 'outcome'>> & Pick<DeadLetterAction, 'detail'>;

/** What became of a replay, by its letter; undefined while nothing has. */
export function outcomeOf(
  { attemptsBefore = 0 }: Pick<DeadLetterAction, 'attemptsBefore'>,
  letter: Pick<DeadLetter, 'status' | 'attempts' | 'code' | 'error'>,
): Outcome | undefined {
  if (letter.status === 'replayed') return { outcome: 'replayed' };
  if (isSettled(letter)) return { outcome: 'discarded' };
  if (letter.attempts > attemptsBefore) return { outcome: 'failed', detail: `${letter.code}: ${letter.error}` };
  return undefined;
}

/** Writes down what became of an action; the first to know it says so. */
export async function conclude(tx: Tx, actionId: string, outcome: Outcome): Promise<void> {
  const action = await tx.get(deadLetterActionCollection, actionId);
  if (!action || action.outcome !== undefined) return;
  tx.put(deadLetterActionCollection, { ...action, ...outcome, outcomeAt: tx.now });
}

export type Deed = Pick<DeadLetterAction, 'letterId' | 'action'> & Partial<DeadLetterAction>;

/** Writes down an action in the transaction that carries it out. */
export function record(tx: Tx, id: string, by: string, deed: Deed): void {
  tx.insert(deadLetterActionCollection, { _id: id, by, at: tx.now, ...deed });
}
