import { describe, expect, it } from 'vitest';
import type { Finding } from './rules/finding.ts';
import { settle } from './settle.ts';

const finding = (id: string, version = 2, kind: 'points_not_earned' | 'order_stuck' = 'points_not_earned'): Finding => ({
  invariant: 'agreement',
  subject: { kind: 'order', id },
  sentence: `${id} is wrong`,
  fault: kind === 'order_stuck' ? { kind, overdueMs: 90_000 } : { kind },
  version,
});

/** Each look finds what is next; each mark is passed after so many polls; a poll takes a second. */
function world({
  looks,
  polls = 0,
  behind = 'inventory-svc is 120 records behind',
}: {
  looks: Finding[][];
  polls?: number;
  behind?: string;
}) {
  const seen: string[] = [];
  let time = 0;
  return {
    seen,
    ports: {
      async mark() {
        seen.push('mark');
        let left = polls;
        return async () => (left-- > 0 ? [behind] : []);
      },
      async again() {
        seen.push('look');
        time += 1000;
        return looks.shift() ?? [];
      },
      now: () => time,
      sleep: async () => {
        time += 1000;
      },
    },
  };
}

describe('a suspicion', () => {
  it('is dropped when it is gone after all that was under way was handled', async () => {
    const { ports, seen } = world({ looks: [[]], polls: 3 });
    expect(await settle([finding('a')], ports, 10_000)).toEqual({ violations: [], unsettled: [] });
    expect(seen).toEqual(['mark', 'look']);
  });

  it('is a violation when it is still there, of the same version', async () => {
    const { ports } = world({ looks: [[finding('a')]] });
    expect(await settle([finding('a'), finding('b')], ports, 10_000)).toEqual({ violations: [finding('a')], unsettled: [] });
  });

  it('of a later version is another suspicion, with a mark of its own', async () => {
    const { ports, seen } = world({ looks: [[finding('a', 3)], [finding('a', 3)]] });
    expect(await settle([finding('a')], ports, 10_000)).toEqual({ violations: [finding('a', 3)], unsettled: [] });
    expect(seen).toEqual(['mark', 'look', 'mark', 'look']);
  });

  it('is not judged when what it waits for is not handled in time', async () => {
    const { ports, seen } = world({ looks: [], polls: 100 });
    expect(await settle([finding('a')], ports, 10_000)).toEqual({
      violations: [],
      unsettled: [{ finding: finding('a'), because: 'inventory-svc is 120 records behind' }],
    });
    expect(seen).toEqual(['mark']);
  });

  it('is not judged when it never stays the same', async () => {
    const looks = Array.from({ length: 50 }, (_, nth) => [finding('a', nth + 3)]);
    const { unsettled, violations } = await settle([finding('a')], world({ looks }).ports, 10_000);
    expect(violations).toEqual([]);
    expect(unsettled).toEqual([
      { finding: expect.objectContaining({ subject: { kind: 'order', id: 'a' } }), because: 'it keeps changing' },
    ]);
  });

  it('of an overdue order waits while the sweep works off others', async () => {
    const stuck = (id: string) => finding(id, 1, 'order_stuck');
    const { ports, seen } = world({ looks: [[stuck('a')], [stuck('a')]] });
    expect(await settle([stuck('a'), stuck('b')], ports, 60_000)).toEqual({ violations: [stuck('a')], unsettled: [] });
    expect(seen).toEqual(['mark', 'look', 'mark', 'look']);
  });
});

it('without suspicions nothing is asked', async () => {
  const { ports, seen } = world({ looks: [] });
  await settle([], ports, 0);
  expect(seen).toEqual([]);
});
