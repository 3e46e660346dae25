import { describe, expect, it } from 'vitest';
import { aHold, aLevel, aReservation, sentences } from '../testing/documents.ts';
import { checkStock, type MovementSum, tallyLedgers, tallyPromises } from './stock.ts';

const ledger: MovementSum[] = [
  { sku: 'MUG', type: 'received', change: 10 },
  { sku: 'MUG', type: 'reserved', change: -2 },
  { sku: 'MUG', type: 'sold', change: -2 },
];

type Given = { level?: object; movements?: MovementSum[]; reservation?: object; hold?: object };

const check = ({ level = {}, movements = ledger, reservation = {}, hold = {} }: Given) =>
  sentences(
    checkStock({
      levels: [aLevel(level)],
      ledgers: tallyLedgers(movements),
      promised: tallyPromises([aReservation(reservation)], [aHold(hold)]),
    }),
  );

describe('1 stock', () => {
  it('holds when level, ledger, reservations and holds agree', () => {
    expect(check({})).toEqual([]);
  });

  it('counts a row that stands for several', () => {
    expect(
      check({ level: { version: 5 }, movements: [{ sku: 'MUG', type: 'received', change: 10, rows: 2 }, ...ledger.slice(1)] }),
    ).toEqual([]);
  });

  it.each<[what: string, given: Given, sentence: string]>([
    [
      'a level that is not what its ledger amounts to',
      { level: { available: 9 } },
      'MUG has available 9, reserved 0, sold 2, its ledger amounts to available 8, reserved 0, sold 2',
    ],
    ['a movement that is missing and moved nothing', { level: { version: 5 } }, 'MUG is at version 5, its ledger has 3 rows'],
    [
      'a reservation that the level does not count',
      { reservation: { quantity: 3 } },
      'MUG has available 8, reserved 0, sold 2, its reservations and holds amount to reserved 0, sold 3',
    ],
    [
      'a hold that the level does not count',
      { hold: { items: [{ sku: 'MUG', quantity: 1, settled: false }] } },
      'MUG has available 8, reserved 0, sold 2, its reservations and holds amount to reserved 1, sold 2',
    ],
  ])('names %s', (_, given, sentence) => {
    expect(check(given)).toEqual([sentence]);
  });

  it('names a level below zero', () => {
    const movements: MovementSum[] = [{ sku: 'MUG', type: 'adjusted', change: -1 }];
    const levels = [aLevel({ available: -1, sold: 0, version: 2 })];
    expect(sentences(checkStock({ levels, ledgers: tallyLedgers(movements), promised: new Map() }))).toEqual([
      'MUG is negative: available -1, reserved 0, sold 0',
    ]);
  });
});
