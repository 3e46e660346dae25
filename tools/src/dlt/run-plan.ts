import type { LetterHead } from './letters.ts';
import type { Chain } from './plan.ts';
import type { Replay, Replayed } from './replayer.ts';

export type Told = (letter: LetterHead, replayed: Replayed) => void;

/** How many keys are worked on at once. */
const AT_ONCE = 16;

/**
 * Replays the chains, several at once, the letters of each one after the other. What waits in the park of a letter that was not handled is not
 * sent; when a group is silent, nothing more is sent to it. A stop is heeded between any two letters.
 */
export async function runPlan(
  chains: readonly Chain[],
  replayOf: (group: string) => Replay,
  told: Told,
  stopping: AbortSignal,
): Promise<void> {
  const silent = new Set<string>();
  const queue = chains.values();

  async function runChain(chain: Chain): Promise<void> {
    const stuck = new Map<string, string>();
    for (const letter of chain) {
      if (stopping.aborted) return;
      const ahead = stuck.get(letter.parkedUnder ?? '');
      const replayed: Replayed = silent.has(letter.group)
        ? { result: 'waits', because: `is not sent: ${letter.group} is silent` }
        : ahead !== undefined
          ? { result: 'waits', because: `waits behind ${ahead}` }
          : await replayOf(letter.group)(letter._id, stopping);
      if (replayed.result === 'silent') silent.add(letter.group);
      if (!isDone(replayed) && letter.parkedUnder !== undefined && ahead === undefined) stuck.set(letter.parkedUnder, letter._id);
      told(letter, replayed);
    }
  }

  async function work(): Promise<void> {
    for (const chain of queue) await runChain(chain);
  }

  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

export const isDone = ({ result }: Replayed): boolean => result === 'replayed' || result === 'discarded';
