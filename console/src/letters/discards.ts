import { newUuid, systemClock } from '@microshop/chassis/clock';
import { refused } from '@microshop/chassis/errors';
import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';
import { every } from '@microshop/chassis/periodic';
import type { LetterHead } from '@microshop/tools/dlt/letters';
import { discard } from '@microshop/tools/dlt/settle';
import type { Discard } from '../api/dead-letters.ts';
import type { DiscardStore } from '../persistence/letter-stores.ts';
import type { ShopSource } from './shop.ts';

export type DiscardPorts = { discards: DiscardStore; shops: ShopSource; graceMs: number; logger: Logger };
export type NewDiscard = { groupId: string | null; letters: readonly LetterHead[]; reason: string; by: string };

export type Discards = Running &
  Pick<DiscardStore, 'list' | 'scheduled'> & {
    schedule(news: NewDiscard): Promise<Discard>;
    undo(discardId: string): Promise<Discard>;
  };

const LOOK_MS = 500;

/**
 * A discard is for good, for the next letter of its order then goes on. So it waits for a while first, and undoing it is not doing it. It survives
 * the console's end: the next one carries it out.
 */
export function createDiscards({ discards, shops, graceMs, logger }: DiscardPorts): Discards {
  const looking = every(LOOK_MS, 'carry out discards', logger, async (signal) => {
    for (let due = await discards.takeDue(systemClock.now()); due; due = await discards.takeDue(systemClock.now()))
      await carryOut(due, signal);
  });

  async function carryOut({ discardId, letterIds, by, reason }: Discard, signal: AbortSignal): Promise<void> {
    const shop = await shops.shop();
    let done = 0;
    for (const letterId of letterIds) {
      if (signal.aborted) return;
      const [group = ''] = letterId.split('/', 1);
      if (await discard(shop.placeOf(group), letterId, { by, reason })) done++;
      if (done % 20 === 0) await discards.progress(discardId, done, false);
    }
    await discards.progress(discardId, done, true);
  }

  return {
    list: discards.list,
    scheduled: discards.scheduled,
    async schedule({ groupId, letters, reason, by }) {
      const now = systemClock.now();
      const scheduled: Discard = {
        discardId: newUuid(),
        groupId,
        letterIds: letters.map(({ _id }) => _id),
        reason,
        by,
        at: now.toISOString(),
        dueAt: new Date(now.getTime() + graceMs).toISOString(),
        state: 'scheduled',
        done: 0,
      };
      await discards.add(scheduled);
      return scheduled;
    },
    async undo(discardId) {
      const undone = await discards.undo(discardId);
      if (undone) return undone;
      const present = await discards.find(discardId);
      if (!present) throw refused(404, 'unknown_discard', `There is no discard ${discardId}.`);
      if (present.state === 'undone') return present;
      throw refused(409, 'discard_done', 'It has taken effect and can not be taken back: the letters are remembered as discarded.');
    },
    stop: looking.stop,
  };
}
