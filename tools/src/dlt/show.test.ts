import type { DeadLetterAction } from '@microshop/chassis/consumer/dead-letter-action';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './actions.ts';
import { linesOfShown, plainOfShown, type Shown } from './show.ts';
import { aLetter, ORDER } from './testing/letters.ts';

const at = new Date('2026-02-10T12:00:00Z');
const show = (shown: Partial<Shown> = {}) => [...linesOfShown({ letter: aLetter(), queue: [], actions: [], ...shown })].join('\n');
const replay: DeadLetterAction = { _id: 'a1', letterId: 'inventory-svc/e1', action: 'replay', by: 'bob', at, attemptsBefore: 3 };

describe('a letter that is shown', () => {
  it('has what it was, where, why, and its value as JSON', () => {
    const text = show();
    expect(text).toContain(`event     OrderRequested of order ${ORDER}`);
    expect(text).toContain('record    microshop.orders-by-sku.v1/3@10');
    expect(text).toContain('    ce_type: OrderRequested');
    expect(text).toContain('      "quantity": 2,');
  });

  it.each<[string, Uint8Array | null, RegExp]>([
    ['no text', Uint8Array.of(0xff, 0x41), /value\n {4}000000 {2}ff 41 +\.A\n/],
    ['no JSON', Buffer.from('no JSON\u001b[2J'), /value\n {4}000000 {2}6e 6f .* no JSON\.\[2J\n/],
    ['long', Buffer.alloc(5000, 0xff), /and 3976 more bytes/],
    ['empty', Buffer.alloc(0), /value\n {4}empty/],
    ['nothing', null, /none \(a tombstone\)/],
    ['JSON with a control sequence', Buffer.from('"\u009b2J"'), /value\n {4}"\\x9b2J"/],
  ])('shows a value that is %s', (_, value, expected) => {
    expect(show({ letter: aLetter({ value }) })).toMatch(expected);
  });

  it('shows a key and headers that are no text by their bytes', () => {
    const text = show({ letter: aLetter({ key: Uint8Array.of(0xfe), headers: { odd: Uint8Array.of(0xff) } }) });
    expect(text).toContain('key       0xfe');
    expect(text).toContain('odd: 0xff');
  });

  it('tells who did what, and what came of a replay that nobody waited for', () => {
    const actions: DeadLetterAction[] = [{ ...replay, action: 'park', reason: 'ask', outcome: 'done' }, replay];
    const history = (status: 'dead' | 'replayed', attempts: number) => show({ letter: aLetter({ status, attempts }), actions });
    expect(history('dead', 3)).toMatch(/bob {2}park \(ask\): done\n.*bob {2}replay: under way$/);
    expect(history('dead', 6)).toMatch(/replay: failed, handler_failed: Error: no$/);
    expect(history('replayed', 3)).toMatch(/replay: replayed$/);
  });

  it('is one object for programs', () => {
    expect(plainOfShown({ letter: aLetter({ value: Uint8Array.of(0xff) }), queue: [aLetter()], actions: [] })).toMatchObject({
      key: 'MUG',
      value: { hex: 'ff' },
      headers: { ce_id: 'e1' },
      park: [{ id: 'inventory-svc/e1', status: 'dead' }],
    });
  });
});

it('a replay has an outcome when its letter is settled, or was tried again', () => {
  expect(outcomeOf(replay, aLetter())).toBeUndefined();
  expect(outcomeOf(replay, aLetter({ attempts: 4 }))).toEqual({ outcome: 'failed', detail: 'handler_failed: Error: no' });
  expect(outcomeOf(replay, aLetter({ status: 'discarded' }))).toEqual({ outcome: 'discarded' });
});
