import { newUuid } from '@microshop/chassis/clock';
import { deadLetterCollection, isSettled } from '@microshop/chassis/consumer/dead-letter';
import { settleLetter } from '@microshop/chassis/consumer/park';
import { inboxCollection, inboxId, inboxRow } from '@microshop/chassis/inbox/inbox';
import { record } from './actions.ts';
import type { Place } from './shop.ts';

/**
 * Drops a letter for good, in one transaction with the trail. The inbox then knows its event, so that it has no effect when it comes again, and
 * the next letter of its order is first. False: it was settled already.
 */
export function discard({ transact }: Place, letterId: string, { by, reason }: { by: string; reason: string }): Promise<boolean> {
  return transact(async (tx) => {
    const letter = await tx.get(deadLetterCollection, letterId);
    if (!letter || isSettled(letter)) return false;
    await settleLetter(tx, letterId, 'discarded');
    if (letter.eventId !== undefined) {
      const known = inboxId(letter.group, letter.eventId);
      if (!(await tx.get(inboxCollection, known))) tx.put(inboxCollection, inboxRow(known, tx.now));
    }
    record(tx, newUuid(), by, { letterId, action: 'discard', reason, outcome: 'discarded', outcomeAt: tx.now });
    return true;
  });
}

/** Puts a letter aside, or takes it back. False: it was settled already, or there was nothing to take back. */
export function setAside({ transact }: Place, letterId: string, by: string, note: string | undefined): Promise<boolean> {
  return transact(async (tx) => {
    const letter = await tx.get(deadLetterCollection, letterId);
    if (!letter || isSettled(letter) || (note === undefined && !letter.aside)) return false;
    const { aside, ...rest } = letter;
    tx.put(deadLetterCollection, note === undefined ? rest : { ...rest, aside: { note, by, at: tx.now } });
    const deed = { letterId, outcome: 'done', outcomeAt: tx.now } as const;
    record(tx, newUuid(), by, { ...deed, action: note === undefined ? 'unpark' : 'park', ...(note !== undefined && { reason: note }) });
    return true;
  });
}
