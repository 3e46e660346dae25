import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  after,
  anOrder,
  at,
  cancelRequested,
  deducted,
  fulfilRequested,
  reserved,
  short,
  timedOut,
  tooFewPoints,
} from '../testing/builders.ts';
import { isDecided, type Order, type OrderFact, type Transition, transition } from './order.ts';

const confirmed = after(anOrder(), reserved('MUG'), reserved('TEA'), deducted());
const situations = {
  'pending, nobody answered': anOrder(),
  'pending, the points are missing': after(anOrder(), reserved('MUG'), reserved('TEA')),
  'pending, the points are missing and a SKU is short': after(anOrder(), reserved('MUG'), short('TEA')),
  'pending, TEA is missing': after(anOrder(), reserved('MUG'), deducted()),
  'pending, TEA is missing and the points are too few': after(anOrder(), reserved('MUG'), tooFewPoints()),
  confirmed,
  rejected: after(anOrder(), timedOut),
  cancelled: after(anOrder(), cancelRequested),
  fulfilled: after(confirmed, fulfilRequested),
} satisfies Record<string, Order>;

const facts = {
  'MUG reserved': reserved('MUG'),
  'TEA reserved': reserved('TEA'),
  'TEA short': short('TEA'),
  'an unknown SKU reserved': reserved('HAT'),
  'points deducted': deducted(),
  'points too few': tooFewPoints(),
  'timed out': timedOut,
  'cancel requested': cancelRequested,
  'fulfil requested': fulfilRequested,
} satisfies Record<string, OrderFact>;

type Row = 'kept' | 'unchanged' | 'refused' | 'OrderConfirmed' | 'OrderRejected' | 'OrderCancelled' | 'OrderFulfilled';

const lateAnswers = {
  'MUG reserved': 'unchanged',
  'TEA reserved': 'unchanged',
  'TEA short': 'unchanged',
  'an unknown SKU reserved': 'unchanged',
  'points deducted': 'unchanged',
  'points too few': 'unchanged',
  'timed out': 'unchanged',
} as const;
const pending = {
  'an unknown SKU reserved': 'unchanged',
  'timed out': 'OrderRejected',
  'cancel requested': 'OrderCancelled',
  'fulfil requested': 'refused',
} as const;

// Typed so that a situation or a fact without a row does not compile.
const table: Record<keyof typeof situations, Record<keyof typeof facts, Row>> = {
  'pending, nobody answered': {
    ...pending,
    'MUG reserved': 'kept',
    'TEA reserved': 'kept',
    'TEA short': 'kept',
    'points deducted': 'kept',
    'points too few': 'kept',
  },
  'pending, the points are missing': {
    ...pending,
    'MUG reserved': 'unchanged',
    'TEA reserved': 'unchanged',
    'TEA short': 'unchanged',
    'points deducted': 'OrderConfirmed',
    'points too few': 'OrderRejected',
  },
  'pending, the points are missing and a SKU is short': {
    ...pending,
    'MUG reserved': 'unchanged',
    'TEA reserved': 'unchanged',
    'TEA short': 'unchanged',
    'points deducted': 'OrderRejected',
    'points too few': 'OrderRejected',
  },
  'pending, TEA is missing': {
    ...pending,
    'MUG reserved': 'unchanged',
    'TEA reserved': 'OrderConfirmed',
    'TEA short': 'OrderRejected',
    'points deducted': 'unchanged',
    'points too few': 'unchanged',
  },
  'pending, TEA is missing and the points are too few': {
    ...pending,
    'MUG reserved': 'unchanged',
    'TEA reserved': 'OrderRejected',
    'TEA short': 'OrderRejected',
    'points deducted': 'unchanged',
    'points too few': 'unchanged',
  },
  confirmed: { ...lateAnswers, 'cancel requested': 'OrderCancelled', 'fulfil requested': 'OrderFulfilled' },
  rejected: { ...lateAnswers, 'cancel requested': 'refused', 'fulfil requested': 'refused' },
  cancelled: { ...lateAnswers, 'cancel requested': 'unchanged', 'fulfil requested': 'refused' },
  fulfilled: { ...lateAnswers, 'cancel requested': 'refused', 'fulfil requested': 'unchanged' },
};

const rowOf = (outcome: Transition): Row => (outcome.kind === 'changed' ? (outcome.event ?? 'kept') : outcome.kind);
const statusAfter = {
  OrderConfirmed: 'confirmed',
  OrderRejected: 'rejected',
  OrderCancelled: 'cancelled',
  OrderFulfilled: 'fulfilled',
} as const;

describe.each(Object.entries(situations))('an order that is %s', (situation, order) => {
  it.each(Object.entries(table[situation as keyof typeof situations]))('%s: %s', (fact, row) => {
    const outcome = transition(order, facts[fact as keyof typeof facts], at(60));
    expect(rowOf(outcome)).toBe(row);
    if (outcome.kind !== 'changed') return;
    if (!outcome.event) return expect(outcome.order).toMatchObject({ status: order.status, version: order.version, states: order.states });
    const { status, version, states, updatedAt } = outcome.order;
    expect({ status, version, updatedAt }).toEqual({ status: statusAfter[outcome.event], version: order.version + 1, updatedAt: at(60) });
    expect(states).toHaveLength(order.states.length + 1);
    expect(states.at(-1)).toMatchObject({ status, version, at: at(60) });
  });

  it.each(Object.values(facts))('is not changed in place', (fact) => {
    const before = structuredClone(order);
    transition(order, fact, at(60));
    expect(order).toEqual(before);
  });
});

describe('an order of a guest', () => {
  const guests = () => anOrder({ customerId: 'guest-1' });

  it('shows the customer that loyalty-svc found, and keeps its key', () => {
    const order = after(guests(), reserved('MUG'), reserved('TEA'), deducted('ada'));
    expect(order).toMatchObject({ status: 'confirmed', customerId: 'ada', customerKey: 'guest-1' });
    expect(order.states.map(({ customerId }) => customerId)).toEqual(['guest-1', 'ada']);
  });

  it('shows that customer also when loyalty-svc refuses', () => {
    const order = after(guests(), reserved('MUG'), reserved('TEA'), tooFewPoints('ada'));
    expect(order).toMatchObject({ status: 'rejected', customerId: 'ada', customerKey: 'guest-1' });
  });
});

describe('a rejected order', () => {
  it('carries its reason in its last state', () => {
    const { rejection, states } = after(anOrder(), short('MUG'), short('TEA', 1, 0), deducted());
    expect(rejection).toMatchObject({ code: 'out_of_stock', errors: [{ sku: 'MUG' }, { sku: 'TEA' }] });
    expect(states).toMatchObject([{ status: 'pending' }, { status: 'rejected', rejection }]);
    expect(states[0]).not.toHaveProperty('rejection');
  });
});

describe('any sequence of facts, with duplicates and in any order', () => {
  const anyFact = fc.constantFrom<OrderFact>(...Object.values(facts), short('MUG'), deducted('bob'));
  const anySequence = fc.array(anyFact, { maxLength: 30 });
  const allowed = new Set(['pending→confirmed', 'pending→rejected', 'pending→cancelled', 'confirmed→cancelled', 'confirmed→fulfilled']);

  function run(sequence: readonly OrderFact[]) {
    const orders = [anOrder()];
    const events: string[] = [];
    for (const [index, fact] of sequence.entries()) {
      const outcome = transition(orders.at(-1) as Order, fact, at(index + 1));
      if (outcome.kind !== 'changed') continue;
      orders.push(outcome.order);
      if (outcome.event) events.push(outcome.event);
    }
    return { orders, events, last: orders.at(-1) as Order };
  }

  it('decides at most once, and only ever moves along an allowed way', () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        const { orders, events } = run(sequence);
        const decisions = events.filter((event) => event === 'OrderConfirmed' || event === 'OrderRejected');
        expect(decisions.length).toBeLessThanOrEqual(1);
        const moves = orders.slice(1).map((order, index) => [(orders[index] as Order).status, order.status]);
        for (const [from, to] of moves) if (from !== to) expect(allowed).toContain(`${from}→${to}`);
      }),
    );
  });

  it('tells exactly one event for each new version, and the states are the versions from 1 on', () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        const { events, last } = run(sequence);
        expect(last.version).toBe(1 + events.length);
        expect(last.states.map(({ version }) => version)).toEqual(Array.from({ length: last.version }, (_, index) => index + 1));
        expect(last.states.at(-1)?.status).toBe(last.status);
        expect(isDecided(last)).toBe(events.length > 0);
      }),
    );
  });

  it('never changes the price, the lines, the id or the key', () => {
    const { status, version, customerId, updatedAt, stockAnswers, states, ...settled } = anOrder();
    fc.assert(
      fc.property(anySequence, (sequence) => {
        expect(run(sequence).last).toMatchObject(settled);
      }),
    );
  });

  it('is the same order when every fact comes twice', () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        const statusOf = (all: readonly OrderFact[]) => run(all).last.status;
        expect(statusOf(sequence.flatMap((fact) => [fact, fact]))).toBe(statusOf(sequence));
      }),
    );
  });

  it('comes to the same decision whatever the order of the answers', () => {
    const answers = fc.tuple(
      fc.constantFrom(reserved('MUG'), short('MUG')),
      fc.constantFrom(reserved('TEA'), short('TEA')),
      fc.constantFrom(deducted(), tooFewPoints()),
    );
    const shuffled = answers.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: 3 })));
    fc.assert(
      fc.property(shuffled, ([all, mixed]) => {
        const [one, other] = [run(all).last, run(mixed).last];
        expect({ status: other.status, code: other.rejection?.code }).toEqual({ status: one.status, code: one.rejection?.code });
        expect(isDecided(one)).toBe(true);
      }),
    );
  });
});
