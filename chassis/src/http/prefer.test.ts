import { describe, expect, it } from 'vitest';
import { parsePrefer } from './prefer.ts';

const async = { waitSeconds: 0, respondAsync: true, applied: 'respond-async' };
const waits = (waitSeconds: number) => ({ waitSeconds, respondAsync: false, applied: `wait=${waitSeconds}` });
const nothingSaid = { waitSeconds: 2, respondAsync: false };

describe('Prefer', () => {
  it.each([
    ['no header', undefined, nothingSaid],
    ['an empty header', '', nothingSaid],
    ['respond-async', 'respond-async', async],
    ['another case', 'Respond-Async', async],
    ['a wait', 'wait=10', waits(10)],
    ['space and quotes', ' wait = "10" ', waits(10)],
    ['a wait of 0, which is respond-async', 'wait=0', async],
    ['a wait above 25, which is 25', 'wait=90', waits(25)],
    ['a wait beyond all numbers', `wait=${'9'.repeat(400)}`, waits(25)],
    ['both: waited first', 'respond-async, wait=5', waits(5)],
    ['several headers', ['return=minimal', 'wait=5'], waits(5)],
    ['the first of two waits', 'wait=5, wait=7', waits(5)],
    ['parameters', 'wait=5; foo=bar, return=minimal; x', waits(5)],
    ['a comma in quotes', 'note="a, respond-async, b"', nothingSaid],
    ['a negative wait, ignored', 'wait=-1', nothingSaid],
    ['a fraction, ignored', 'wait=1.5', nothingSaid],
    ['a wait without a number, ignored', 'wait', nothingSaid],
    ['a malformed wait beside respond-async', 'wait=soon, respond-async', async],
    ['garbage', ',;=,"', nothingSaid],
  ])('reads %s', (_what, header, expected) => {
    expect(parsePrefer(header)).toEqual(expected);
  });
});
