import { describe, expect, it } from 'vitest';
import { decide, type OrderFact, type OrderPoints, type OrderRequested } from './order-points.ts';

const customerId = 'ada';
const redeemed = 30;
const earned = 7;

const states = {
  'nothing yet': undefined,
  deducted: { state: 'deducted', customerId, redeemed },
  rejected: { state: 'rejected', customerId, requested: redeemed, reason: 'insufficient_points' },
  'rejected as ended': { state: 'rejected', customerId, requested: redeemed, reason: 'order_ended' },
  earned: { state: 'earned', customerId, redeemed, earned },
  refunded: { state: 'refunded', customerId, redeemed, earned },
  ended: { state: 'ended' },
} satisfies Record<string, OrderPoints | undefined>;

const request: OrderRequested = {
  type: 'requested',
  customerId,
  points: redeemed,
  isLate: false,
  customer: { blocked: false, balance: redeemed },
};
const facts = {
  requested: request,
  'requested too late': { ...request, isLate: true },
  'requested by nobody known': { ...request, customer: undefined },
  'requested by a blocked customer': { ...request, customer: { blocked: true, balance: redeemed } },
  'requested with too few points': { ...request, customer: { blocked: false, balance: redeemed - 1 } },
  confirmed: { type: 'confirmed', earns: earned },
  ended: { type: 'ended' },
} satisfies Record<string, OrderFact>;

const rejected = (reason: string) => ({ state: 'rejected', customerId, requested: redeemed, reason });
const requests = (becomes: unknown) => ({
  requested: becomes,
  'requested too late': becomes,
  'requested by nobody known': becomes,
  'requested by a blocked customer': becomes,
  'requested with too few points': becomes,
});

const table: Record<keyof typeof states, Record<keyof typeof facts, unknown>> = {
  'nothing yet': {
    requested: states.deducted,
    'requested too late': rejected('timed_out'),
    'requested by nobody known': rejected('customer_unknown'),
    'requested by a blocked customer': rejected('customer_blocked'),
    'requested with too few points': rejected('insufficient_points'),
    confirmed: new Error('An order was confirmed whose points were never asked for.'),
    ended: { state: 'ended' },
  },
  deducted: {
    ...requests('unchanged'),
    confirmed: { state: 'earned', customerId, redeemed, earned },
    ended: { state: 'refunded', customerId, redeemed, earned: 0 },
  },
  rejected: {
    ...requests('unchanged'),
    confirmed: new Error('An order was confirmed whose points were rejected: insufficient_points.'),
    ended: 'unchanged',
  },
  'rejected as ended': { ...requests('unchanged'), confirmed: 'unchanged', ended: 'unchanged' },
  earned: { ...requests('unchanged'), confirmed: 'unchanged', ended: { state: 'refunded', customerId, redeemed, earned } },
  refunded: { ...requests('unchanged'), confirmed: 'unchanged', ended: 'unchanged' },
  ended: { ...requests(rejected('order_ended')), confirmed: 'unchanged', ended: 'unchanged' },
};

const keys = <K extends string>(record: Record<K, unknown>) => Object.keys(record) as K[];
const rows = keys(states).flatMap((state) => keys(facts).map((fact) => ({ state, fact, becomes: table[state][fact] })));

describe("an order's points", () => {
  it.each(rows)('$state, then $fact', ({ state, fact, becomes }) => {
    const deciding = () => decide(states[state], facts[fact]);
    if (becomes instanceof Error) expect(deciding).toThrow(becomes.message);
    else expect(deciding()).toEqual(becomes);
  });

  it('are deducted for an order that redeems none, also from an empty or indebted account', () => {
    expect(decide(undefined, { ...request, points: 0, customer: { blocked: false, balance: 0 } })).toMatchObject({ redeemed: 0 });
  });
});
