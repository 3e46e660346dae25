import { describe, expect, it } from 'vitest';
import { groupLetters, linesOfGroups, linesOfLetters } from './groups.ts';
import { queryOf, saysError } from './letters.ts';
import { aLetter, ORDER } from './testing/letters.ts';

const at = (day: number) => new Date(Date.UTC(2026, 1, day));

describe('the groups of dead letters', () => {
  it('are by group, event type, status and error, the most first, with the oldest and the newest', () => {
    const letters = [
      aLetter({ eventId: 'a', at: at(2), error: `Error: no order ${ORDER}` }),
      aLetter({ eventId: 'b', at: at(1), error: 'Error: no order 019bd6a0-0000-7000-8000-000000000002' }),
      aLetter({ eventId: 'c', at: at(3), error: 'TypeError: other' }),
      aLetter({ eventId: 'd', at: at(4), status: 'parked', code: 'parked_behind', error: 'Waits.' }),
    ];
    expect(groupLetters(letters)).toMatchObject([
      {
        count: 2,
        group: 'inventory-svc',
        type: 'OrderRequested',
        error: 'handler_failed: Error: no order <id>',
        oldest: at(1),
        newest: at(2),
      },
      { count: 1, error: 'handler_failed: TypeError: other' },
      { count: 1, status: 'parked', error: 'parked_behind' },
    ]);
  });

  it('take what could not be read as a type of its own', () => {
    const { eventType, ...unreadable } = aLetter();
    expect(groupLetters([unreadable])).toMatchObject([{ type: 'unreadable' }]);
  });

  it('are printed with the first of their ids, and without control sequences of a poison', () => {
    const letters = ['a', 'b', 'c', 'd'].map((eventId) => aLetter({ eventId, error: 'no \u001b[31mJSON' }));
    const lines = [...linesOfGroups(groupLetters(letters))];
    expect(lines[0]).toBe('4 letters in 1 group');
    expect(lines[2]).toMatch(/^4 {6}dead .* handler_failed: no \\x1b\[31mJSON$/);
    expect(lines.slice(3)).toEqual([
      '       inventory-svc/a',
      '       inventory-svc/b',
      '       inventory-svc/c',
      '       and 1 more: list --each names them',
    ]);
    expect([...linesOfLetters(letters)]).toHaveLength(5);
  });

  it('may be none', () => {
    expect([...linesOfGroups([]), ...linesOfLetters([])]).toEqual(['No dead letters.', 'No dead letters.']);
  });
});

describe('a filter', () => {
  it('asks the database for what it holds', () => {
    expect(queryOf({ statuses: ['dead'], topic: 't', type: 'unreadable', order: ORDER, since: at(1), until: at(2) })).toEqual({
      status: { $in: ['dead'] },
      topic: 't',
      eventType: { $exists: false },
      orderId: ORDER,
      at: { $gte: at(1), $lte: at(2) },
    });
    expect(queryOf({ statuses: ['dead'], type: 'OrderRequested' })).toEqual({ status: { $in: ['dead'] }, eventType: 'OrderRequested' });
  });

  it('finds an error by its code, or by a part of its text', () => {
    const letter = aLetter({ error: 'RangeError: below Zero' });
    expect(['handler_failed', 'below zero', 'rangeerror'].map((wanted) => saysError(letter, wanted))).toEqual([true, true, true]);
    expect(['handler', 'above'].map((wanted) => saysError(letter, wanted))).toEqual([false, false]);
  });
});
