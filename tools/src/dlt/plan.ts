import { isSettled } from '@microshop/chassis/consumer/dead-letter';
import type { LetterHead, Queues } from './letters.ts';

/** Why a letter is not replayed; what only waits for another letter of its order counts as not done. */
export type Skipped = { letter: LetterHead; kind: 'settled' | 'aside' | 'waits'; because: string };

/** What is done one after the other: letters of one key, in which those of one order follow its park. */
export type Chain = readonly LetterHead[];
export type Plan = { chains: readonly Chain[]; skipped: readonly Skipped[] };

export type PlanOptions = {
  /** What was asked for. */
  matched: readonly LetterHead[];
  /** These and all that waits in their parks. */
  known: readonly LetterHead[];
  queues: Queues;
  /** Asked for by name: also what was put aside. */
  named: boolean;
  /** Without what waits behind. */
  one: boolean;
  max: number;
};

/** Which letters are replayed, frozen: heads first, behind each what waits for it, keys beside one another. */
export function planReplay({ matched, known, queues, named, one, max }: PlanOptions): Plan {
  const byId = new Map(known.map((letter) => [letter._id, letter]));
  const wanted = new Set(matched.map(({ _id }) => _id));
  const skipped: Skipped[] = [];
  const keep: LetterHead[] = [];
  const passedOver = ({ _id, aside }: LetterHead) => aside !== undefined && !(named && wanted.has(_id));

  for (const letter of matched) {
    if (queueOf(letter, queues)) continue;
    if (isSettled(letter)) skipped.push({ letter, kind: 'settled', because: `is ${letter.status} already` });
    else if (passedOver(letter)) skipped.push(asAside(letter));
    else keep.push(letter);
  }
  for (const queue of queuesIn(matched, queues)) takeFrom(queue);

  function takeFrom(queue: readonly string[]): void {
    let waitsFor: string | undefined;
    let reached = false;
    for (const id of queue) {
      const letter = byId.get(id);
      reached ||= wanted.has(id);
      if (!letter || !(wanted.has(id) || (reached && !one))) waitsFor ??= id;
      else if (passedOver(letter)) {
        waitsFor ??= id;
        skipped.push(asAside(letter));
      } else if (waitsFor === undefined) keep.push(letter);
      else if (wanted.has(id)) skipped.push({ letter, kind: 'waits', because: `waits behind ${waitsFor}` });
    }
  }

  const chains = [...Map.groupBy(keep, keyOf).values()].map((chain) => inOrder(chain, queues));
  return { chains: atMostLetters(chains.sort(byFirst), max), skipped };
}

const asAside = (letter: LetterHead): Skipped => ({
  letter,
  kind: 'aside',
  because: `was put aside by ${letter.aside?.by} (${letter.aside?.note}): name it to replay it`,
});

const queueOf = ({ _id, parkedUnder }: LetterHead, queues: Queues): readonly string[] | undefined => {
  const queue = queues.get(parkedUnder ?? '');
  return queue?.includes(_id) ? queue : undefined;
};

const queuesIn = (letters: readonly LetterHead[], queues: Queues): Set<readonly string[]> =>
  new Set(letters.flatMap((letter) => [queueOf(letter, queues) ?? []]).filter(({ length }) => length > 0));

const keyOf = ({ group, topic, partition, key }: LetterHead): string =>
  `${group}\n${topic}\n${partition}\n${key === null ? '' : Buffer.from(key).toString('hex')}`;

const offsetOf = ({ offset }: LetterHead): bigint => BigInt(offset);
const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** By the place of the first of each park; inside a park by its queue. */
function inOrder(letters: readonly LetterHead[], queues: Queues): LetterHead[] {
  const parks = [
    ...Map.groupBy(letters, (letter) => (queueOf(letter, queues) ? (letter.parkedUnder ?? '') : `alone ${letter._id}`)).entries(),
  ];
  const sorted = parks.map(([park, ofPark]) => {
    const queue = queues.get(park);
    return queue ? ofPark.sort((a, b) => queue.indexOf(a._id) - queue.indexOf(b._id)) : ofPark;
  });
  return sorted.sort((a, b) => compare(offsetOf(a[0] as LetterHead), offsetOf(b[0] as LetterHead))).flat();
}

const byFirst = ([a]: Chain, [b]: Chain): number => (a?.at.getTime() ?? 0) - (b?.at.getTime() ?? 0);

function atMostLetters(chains: readonly Chain[], max: number): Chain[] {
  let left = max;
  return chains.flatMap((chain) => {
    const taken = chain.slice(0, left);
    left -= taken.length;
    return taken.length > 0 ? [taken] : [];
  });
}
