import type { Outcome } from '@microshop/chassis/consumer/batch-consumer';
import type { Change } from './world/database.ts';

/** How often what a campaign is for was seen: one that saw too little of it has shown nothing. */
export type Tally = {
  count(what: string, times?: number): void;
  committed(changes: readonly Change[]): void;
  delivered(group: string, record: string): void;
  observed(outcomes: readonly Outcome[]): void;
  readonly counts: Readonly<Record<string, number>>;
};

export function createTally(): Tally {
  const counts: Record<string, number> = {};
  const seen = new Set<string>();
  const count = (what: string, times = 1) => {
    counts[what] = (counts[what] ?? 0) + times;
  };
  return {
    count,
    counts,
    committed(changes) {
      for (const change of changes) {
        const what = wordOf(change);
        if (what) count(what);
      }
    },
    delivered(group, record) {
      count('deliveries');
      const key = `${group} ${record}`;
      if (seen.has(key)) count('duplicates');
      seen.add(key);
    },
    observed(outcomes) {
      for (const { result } of outcomes) count(result === 'dead' ? 'dead letters' : result);
    },
  };
}

type Stateful = { status?: string; state?: string; reason?: string; rejection?: { code: string } } | undefined;

function wordOf({ collection, before, after }: Change): string | undefined {
  const [was, is] = [before as Stateful, after as Stateful];
  switch (collection) {
    case 'orders':
      if (is?.status === was?.status) return undefined;
      return is?.rejection?.code === 'timed_out' ? 'timeouts' : is?.status;
    case 'reservations':
      if (is?.state === 'tombstone' || is?.reason === 'order_ended') return 'tombstones';
      return is?.state === 'released' ? 'compensations' : undefined;
    case 'orderPoints':
      if (is?.state === 'ended' || is?.reason === 'order_ended') return 'tombstones';
      return is?.state === 'refunded' ? 'compensations' : undefined;
    case 'holds':
      return is?.status === was?.status ? undefined : `holds ${is?.status}`;
    default:
      return undefined;
  }
}

/** What a campaign has to see, in a thousand seeds. */
const LEAST: Readonly<Record<string, number>> = {
  confirmed: 300,
  rejected: 200,
  cancelled: 100,
  fulfilled: 20,
  timeouts: 10,
  compensations: 100,
  tombstones: 5,
  duplicates: 300,
  retried: 20,
  conflicts: 50,
  'dead letters': 20,
  'holds expired': 20,
  crashes: 100,
  fences: 30,
  stops: 20,
  stalls: 20,
  pauses: 10,
  outages: 10,
  'fault: commit unknown, written': 20,
  'fault: send answer lost': 20,
  'fault: send late': 20,
};

/** What a campaign of so many seeds saw too little of, in words. Below 200 seeds chance decides, and nothing is asked. */
export const vacuity = (counts: Readonly<Record<string, number>>, seeds: number): string[] =>
  seeds < 200
    ? []
    : Object.entries(LEAST)
        .map(([what, least]) => ({ what, least: Math.floor((least * seeds) / 1000), seen: counts[what] ?? 0 }))
        .filter(({ least, seen }) => seen < least)
        .map(({ what, least, seen }) => `${what}: ${seen} seen, ${least} wanted`);
