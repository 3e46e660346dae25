import { expect, test } from 'vitest';
import { lookAgain, type Place, type Standstill } from './standstill.ts';

const T = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds));
const place = (handled: number, end: number, signs = 0): Place => ({ handled: BigInt(handled), end: BigInt(end), signs });

/** What the last of the looks, 5 s apart, makes of the one partition. */
const after = (...places: (Place | undefined)[]): Standstill | undefined =>
  places
    .reduce<ReadonlyMap<string, Standstill>>(
      (before, seen, nth) => lookAgain(before, new Map(seen ? [['orders/0', seen]] : []), T(5 * nth)),
      new Map(),
    )
    .get('orders/0');

test.each<[string, (Place | undefined)[], { looks: number; since: Date } | undefined]>([
  ['all is handled', [place(5, 5)], undefined],
  ['there is lag for the first time', [place(4, 5)], { looks: 1, since: T(0) }],
  ['nothing moves', [place(4, 5), place(4, 5), place(4, 5)], { looks: 3, since: T(0) }],
  ['only the end moves: new records are no progress', [place(4, 5), place(4, 9)], { looks: 2, since: T(0) }],
  ['the group handles, if slowly', [place(4, 9), place(4, 9), place(5, 9)], { looks: 1, since: T(10) }],
  ['a batch is tried again in place', [place(4, 9, 1), place(4, 9, 1), place(4, 9, 2)], { looks: 1, since: T(10) }],
  ['it went on and stands again', [place(4, 9), place(5, 9), place(5, 9)], { looks: 2, since: T(5) }],
  ['it caught up', [place(4, 9), place(4, 9), place(9, 9)], undefined],
  ['the partition is another member’s now', [place(4, 9), undefined], undefined],
  ['the partition went and came back', [place(4, 9), undefined, place(4, 9)], { looks: 1, since: T(10) }],
  ['offsets were set back', [place(9, 9), place(0, 9), place(0, 9)], { looks: 2, since: T(5) }],
])('%s', (_, places, expected) => {
  const standstill = after(...places);
  expect(standstill && { looks: standstill.looks, since: standstill.since }).toEqual(expected);
});

test('each partition is looked at for itself', () => {
  const first = lookAgain(
    new Map(),
    new Map([
      ['a/0', place(1, 2)],
      ['a/1', place(1, 2)],
    ]),
    T(0),
  );
  const second = lookAgain(
    first,
    new Map([
      ['a/0', place(2, 3)],
      ['a/1', place(1, 3)],
    ]),
    T(5),
  );
  expect([...second].map(([partition, { looks }]) => [partition, looks])).toEqual([
    ['a/0', 1],
    ['a/1', 2],
  ]);
});
