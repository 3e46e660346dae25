import { describe, expect, test } from 'vitest';
import type { Audit, Health } from '../../../src/api/index.ts';
import { concernsOf } from './concerns.ts';

type Service = Health['services'][number];

const service = (change: Partial<Service> = {}): Service => ({
  name: 'loyalty-svc',
  state: 'ready',
  checks: [],
  outbox: { pending: 0, oldestSeconds: null, stuck: 0 },
  lag: { records: 0, seconds: 0 },
  deadLetters: { dead: 0, parked: 0 },
  ...change,
});

const health = (change: Partial<Health> = {}): Health => ({
  at: new Date().toISOString(),
  isOk: true,
  services: [service()],
  kafka: { name: 'kafka', isOk: true, detail: null },
  mongodb: { name: 'mongodb', isOk: true, detail: null },
  projection: { state: 'live', generation: 1, lag: { records: 0, seconds: 0 }, progress: null, builtAt: null },
  ordersPerMinute: [],
  orders: { pending: 0, oldestPendingAt: null },
  ...change,
});

const audit = (change: Partial<Audit>): Audit => ({
  state: 'green',
  at: null,
  seconds: null,
  isRunning: false,
  detail: null,
  invariants: [],
  ...change,
});

const textsOf = (of: Health, last?: Audit) => concernsOf(of, last).map(({ tone, text }) => `${tone}: ${text}`);
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();

describe('what needs an operator', () => {
  test('is nothing while all is well, also with moments of lag', () => {
    const busy = service({ lag: { records: 40, seconds: 2 }, outbox: { pending: 9, oldestSeconds: 1, stuck: 0 } });

    expect(textsOf(health({ services: [busy], orders: { pending: 3, oldestPendingAt: ago(2000) } }), audit({}))).toEqual([]);
  });

  test.each<[string, Health, string]>([
    ['a service that is away', health({ services: [service({ state: 'away' })] }), 'bad: loyalty-svc does not answer'],
    ['a degraded one', health({ services: [service({ state: 'degraded' })] }), 'warn: loyalty-svc is degraded'],
    ['a long lag', health({ services: [service({ lag: { records: 9, seconds: 61 } })] }), 'warn: loyalty-svc is 61 s behind'],
    [
      'an old outbox',
      health({ services: [service({ outbox: { pending: 1, oldestSeconds: 30, stuck: 0 } })] }),
      'warn: loyalty-svc has an event unpublished for 30 s',
    ],
    [
      'an event that the broker refuses',
      health({ services: [service({ outbox: { pending: 1, oldestSeconds: 3, stuck: 1 } })] }),
      'bad: loyalty-svc has 1 event that the broker refuses',
    ],
    [
      'dead letters',
      health({ services: [service({ deadLetters: { dead: 2, parked: 1 } })] }),
      'warn: loyalty-svc has 2 dead letters, 1 parked behind',
    ],
    ['no broker', health({ kafka: { name: 'kafka', isOk: false, detail: null } }), 'bad: Kafka is away'],
    ['no database', health({ mongodb: { name: 'mongodb', isOk: false, detail: null } }), 'bad: MongoDB is away'],
    [
      'orders that are undecided for long',
      health({ orders: { pending: 1, oldestPendingAt: ago(90_000) } }),
      'warn: 1 order is undecided, the oldest for more than a minute',
    ],
  ])('is %s', (_, of, expected) => expect(textsOf(of)).toEqual([expected]));

  test('is a violated invariant, before what is only slow', () => {
    const violated = audit({
      state: 'violated',
      invariants: [{ id: '1', title: '1 stock: units add up', verdict: 'violated', checked: 1, findings: [] }],
    });

    expect(textsOf(health({ services: [service({ lag: { records: 9, seconds: 61 } })] }), violated)).toEqual([
      'bad: Violated: 1 stock',
      'warn: loyalty-svc is 61 s behind',
    ]);
  });

  test('is not what can not be told', () => {
    const unknown = service({ outbox: { pending: null, oldestSeconds: null, stuck: null }, lag: null, deadLetters: null });

    expect(textsOf(health({ services: [unknown] }))).toEqual([]);
  });
});
