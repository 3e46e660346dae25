import { describe, expect, it } from 'vitest';
import type { Fault, Finding } from '../rules/finding.ts';
import { type Clues, linesOfProposals, proposalOf } from './proposals.ts';

const subjects = {
  MUG: { kind: 'sku', id: 'MUG' },
  ada: { kind: 'customer', id: 'ada' },
  o1: { kind: 'order', id: 'o1' },
  e1: { kind: 'event', id: 'e1' },
  TEN: { kind: 'discount', id: 'TEN' },
  cart: { kind: 'reservation', id: 'o1:MUG' },
} as const;

const finding = (subject: keyof typeof subjects, fault: Fault, invariant: Finding['invariant'] = 'agreement'): Finding => ({
  invariant,
  subject: subjects[subject],
  sentence: `${subject} is wrong`,
  fault,
});

const level = { available: 1, reserved: 2, sold: 3 };

describe('what would mend a finding by hand', () => {
  it.each<[keyof typeof subjects, Fault, string | undefined]>([
    [
      'MUG',
      { kind: 'level_negative', level: { ...level, available: -2 } },
      'POST /products/MUG/stock {"change":2,"reason":"audit: MUG"} with Idempotency-Key: audit-MUG',
    ],
    ['MUG', { kind: 'level_negative', level: { ...level, sold: -2 } }, undefined],
    [
      'MUG',
      { kind: 'level_not_ledger', level, ledger: { ...level, available: 4 } },
      'in inventory_svc: db.stock.updateOne({"_id":"MUG"}, {"$set":{"available":4,"reserved":2,"sold":3}})',
    ],
    ['MUG', { kind: 'level_not_promised' }, undefined],
    ['MUG', { kind: 'ledger_gap', version: 4, rows: 1 }, undefined],
    [
      'ada',
      { kind: 'balance_not_ledger', balance: 4, sum: -5 },
      'in loyalty_svc: db.customers.updateOne({"_id":"ada"}, {"$set":{"ledgerSum":-5,"balance":0}})',
    ],
    [
      'o1',
      { kind: 'points_not_ledger', customerId: 'ada', missing: 19 },
      'POST /customers/ada/points {"change":19,"reason":"audit: o1"} with Idempotency-Key: audit-o1',
    ],
    ['o1', { kind: 'points_not_ledger', customerId: undefined, missing: 19 }, undefined],
    ['o1', { kind: 'order_path' }, 'npm run events -- o1'],
    ['o1', { kind: 'order_stuck', overdueMs: 1 }, 'POST /orders/o1/cancel'],
    ['o1', { kind: 'line_not_sold', sku: 'MUG', quantity: 2, isReserved: true }, undefined],
    [
      'o1',
      { kind: 'line_not_sold', sku: 'MUG', quantity: 2, isReserved: false },
      'POST /products/MUG/stock {"change":-2,"reason":"audit: o1"} with Idempotency-Key: audit-o1',
    ],
    [
      'o1',
      { kind: 'line_kept', sku: 'MUG', quantity: 2 },
      'POST /products/MUG/stock {"change":2,"reason":"audit: o1"} with Idempotency-Key: audit-o1',
    ],
    ['o1', { kind: 'points_not_earned' }, undefined],
    [
      'o1',
      { kind: 'points_differ', customerId: 'ada', missing: 10 },
      'POST /customers/ada/points {"change":-10,"reason":"audit: o1"} with Idempotency-Key: audit-o1',
    ],
    [
      'o1',
      { kind: 'points_kept', customerId: 'ada', points: -19 },
      'POST /customers/ada/points {"change":-19,"reason":"audit: o1"} with Idempotency-Key: audit-o1',
    ],
    ['e1', { kind: 'event_not_published', service: 'order-svc', outboxId: 'r', refused: true }, undefined],
    ['e1', { kind: 'event_not_published', service: 'order-svc', outboxId: 'r', refused: false }, undefined],
    ['e1', { kind: 'event_uncommitted', service: 'order-svc' }, undefined],
    ['o1', { kind: 'key_count', keys: 2 }, undefined],
    ['TEN', { kind: 'discount_uses', uses: 5, counted: 3 }, 'in order_svc: db.discounts.updateOne({"_id":"TEN"}, {"$inc":{"uses":-2}})'],
  ])('of %s: %j', (subject, fault, call) => {
    const { words, call: proposed, publish } = proposalOf(finding(subject, fault));
    expect(words).toMatch(/^[A-Z].*\.$/);
    expect({ call: proposed, publish }).toEqual({ call, publish: undefined });
  });
});

describe('what the system can do itself', () => {
  const kept: Fault = { kind: 'line_kept', sku: 'MUG', quantity: 2 };
  const endings: Clues['endings'] = [{ service: 'order-svc', outboxId: 'row-2', eventIds: ['e1', 'e2'] }];

  it('is to handle the dead letters of the order first', () => {
    expect(proposalOf(finding('o1', kept), { letters: ['l1'], endings })).toMatchObject({ call: 'npm run dlt -- replay --order o1' });
  });

  it('is to hear its ending again while the outbox has it', () => {
    expect(proposalOf(finding('o1', kept), { letters: [], endings })).toMatchObject({ publish: endings });
  });

  it('is nothing for what events do not tell', () => {
    expect(proposalOf(finding('o1', { kind: 'order_price' }, 'orders'), { letters: ['l1'], endings })).toMatchObject({
      call: 'npm run events -- o1',
    });
  });

  it('is to publish a lost event again, as it is printed', () => {
    const proposal = proposalOf(finding('e1', { kind: 'event_lost', service: 'order-svc', outboxId: 'row-2' }, 'delivery'));
    expect([...linesOfProposals([proposal])]).toEqual([
      'repair   e1 is wrong',
      '           Publish it again, from its outbox row.',
      '           order-svc, outbox row row-2: e1',
    ]);
  });
});
