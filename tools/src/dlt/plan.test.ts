import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import { describe, expect, it } from 'vitest';
import { type PlanOptions, planReplay } from './plan.ts';
import { aLetter } from './testing/letters.ts';

const letter = (eventId: string, overrides: Partial<DeadLetter> = {}) => aLetter({ eventId, ...overrides });
const inPark = (park: string, ...letters: DeadLetter[]) => letters.map((each) => ({ ...each, parkedUnder: park }));
const queuesOf = (...letters: DeadLetter[]) =>
  new Map(
    [...Map.groupBy(letters, ({ parkedUnder }) => parkedUnder ?? '')].map(([park, waiting]) => [park, waiting.map(({ _id }) => _id)]),
  );
const plan = (options: Partial<PlanOptions> & Pick<PlanOptions, 'matched'>) => {
  const { chains, skipped } = planReplay({
    known: options.matched,
    queues: new Map(),
    named: false,
    one: false,
    max: Number.POSITIVE_INFINITY,
    ...options,
  });
  return {
    chains: chains.map((chain) => chain.map(({ eventId }) => eventId)),
    skipped: skipped.map(({ letter: { eventId }, kind, because }) => [eventId, kind, because]),
  };
};

describe('the plan of a replay', () => {
  const [head, second, third] = inPark(
    'park/1',
    letter('head'),
    letter('second', { status: 'parked' }),
    letter('third', { status: 'parked' }),
  ) as [DeadLetter, DeadLetter, DeadLetter];
  const known = [third, head, second];
  const queues = queuesOf(head, second, third);

  it('takes with a head what is parked behind it, in the order of the park', () => {
    expect(plan({ matched: [head], known, queues })).toEqual({ chains: [['head', 'second', 'third']], skipped: [] });
    expect(plan({ matched: known, known, queues }).chains).toEqual([['head', 'second', 'third']]);
  });

  it('leaves with --one what is behind, and what one is asked for waits behind another', () => {
    expect(plan({ matched: [head], known, queues, one: true })).toEqual({ chains: [['head']], skipped: [] });
    expect(plan({ matched: [head, third], known, queues, one: true })).toEqual({
      chains: [['head']],
      skipped: [['third', 'waits', 'waits behind inventory-svc/second']],
    });
  });

  it('never takes one before what it waits for', () => {
    expect(plan({ matched: [second], known, queues, named: true })).toEqual({
      chains: [],
      skipped: [['second', 'waits', 'waits behind inventory-svc/head']],
    });
  });

  it('passes over what was put aside and what is behind it, unless it is named', () => {
    const put = { ...second, aside: { note: 'ask Ada', by: 'bob', at: new Date() } };
    const options = { known: [head, put, third], queues };
    const because = 'was put aside by bob (ask Ada): name it to replay it';
    expect(plan({ matched: [head, put, third], ...options })).toEqual({
      chains: [['head']],
      skipped: [
        ['second', 'aside', because],
        ['third', 'waits', 'waits behind inventory-svc/second'],
      ],
    });
    const first = { ...head, aside: put.aside };
    expect(plan({ matched: [first], known: [first, second, third], queues }).chains).toEqual([]);
    expect(plan({ matched: [first], known: [first, second, third], queues, named: true }).chains).toEqual([['head', 'second', 'third']]);
    const alone = letter('alone', { aside: put.aside });
    expect(plan({ matched: [alone] }).skipped).toEqual([['alone', 'aside', because]]);
    expect(plan({ matched: [alone], named: true }).chains).toEqual([['alone']]);
  });

  it('leaves out what is settled', () => {
    expect(plan({ matched: [letter('done', { status: 'replayed' })] })).toEqual({
      chains: [],
      skipped: [['done', 'settled', 'is replayed already']],
    });
  });

  it('keeps the records of one key in their order, and keys beside one another, the oldest first', () => {
    const other = letter('other', { key: Buffer.from('TEA'), at: new Date('2026-02-09') });
    const early = letter('early', { offset: '9' });
    const late = letter('late', { offset: '100' });
    expect(plan({ matched: [late, early, other] }).chains).toEqual([['other'], ['early', 'late']]);
  });

  it('puts a whole park at the place of its head', () => {
    const between = letter('between', { offset: '11' });
    const moved = { ...second, offset: '12' };
    expect(plan({ matched: [head, between], known: [head, moved, between], queues: queuesOf(head, moved) }).chains).toEqual([
      ['head', 'second', 'between'],
    ]);
  });

  it('ends after so many', () => {
    const other = letter('other', { key: Buffer.from('TEA'), at: new Date('2026-02-11') });
    expect(plan({ matched: [head, other], known: [...known, other], queues, max: 2 }).chains).toEqual([['head', 'second']]);
    expect(plan({ matched: [head, other], known: [...known, other], queues, max: 4 }).chains).toEqual([
      ['head', 'second', 'third'],
      ['other'],
    ]);
  });
});
