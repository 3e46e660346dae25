import { type Random, randomFrom, seedOf } from '@microshop/chassis/testing/random';
import type { PlannedFault } from '../faults/fault.ts';
import { kinds } from '../faults/kinds.ts';
import { crashPoints } from '../service/crash-points.ts';

export type ScheduleOptions = {
  seed: number;
  /** A campaign goes on for so long; without it every class comes once. */
  minutes?: number | undefined;
  only?: readonly string[] | undefined;
  /** How long each fault lasts, instead of what its class says. */
  seconds?: number | undefined;
};

/** How many faults may overlap. */
export const LANES = 3;
/** A shop in which nothing has happened yet has nothing to lose. */
const WARM_UP_MS = 8000;
/** Of a lane, between two faults. */
const GAP_MS: readonly [number, number] = [500, 3000];
/** Of all lanes, after each class was dealt: what only shows when all is well must have its time. */
const CALM_MS = 12_000;
/** Which ones, the seed says: a campaign has them all. */
const CRASH_POINTS_A_ROUND = 15;
/** A crash point is mostly passed long before its time is up. */
const CRASH_POINT_MS = 5000;

type Dealt = Omit<PlannedFault, 'fault' | 'startMs'>;

/** What is done, to whom, when: it follows from the seed alone. */
export function planSchedule({ seed, minutes, only, seconds }: ScheduleOptions): PlannedFault[] {
  const random = randomFrom(seedOf(seed, 1));
  const untilMs = (minutes ?? 0) * 60_000;
  const planned: PlannedFault[] = [];
  let startMs = WARM_UP_MS;
  do {
    const round = placed(shuffled(dealt(random, only, seconds), random), startMs, random);
    for (const fault of round) planned.push({ ...fault, fault: planned.length + 1 });
    startMs = Math.max(startMs, ...round.map((fault) => fault.startMs + durationOf(fault))) + CALM_MS;
  } while (startMs < untilMs);
  return planned;
}

/** Every class once, and of the crash points some at a time. */
function dealt(random: Random, only: readonly string[] | undefined, seconds: number | undefined): Dealt[] {
  const names = Object.keys(kinds).filter((name) => !only || only.includes(name));
  const points = shuffled(Object.entries(crashPoints), random).slice(0, CRASH_POINTS_A_ROUND);
  return names.flatMap((name): Dealt[] => {
    const kind = kinds[name];
    if (!kind) return [];
    const lengthMs = seconds === undefined ? random.between(...kind.lengthMs) : seconds * 1000;
    if (name !== 'crash-point') return [{ class: name, target: random.pick(kind.targets), lengthMs, detail: kind.detail?.(random) ?? {} }];
    return points.map(([point, { services }]) => ({
      class: name,
      target: random.pick(services),
      lengthMs,
      detail: { point, pass: random.between(1, 2) },
    }));
  });
}

/** What is struck once more, because something else was in its way: each crash point that nobody passed, and each class that nothing was seen of. */
export function missedOf(outcomes: readonly { planned: PlannedFault; evidence: unknown }[], from: number): PlannedFault[] {
  const hit = new Set(outcomes.filter(({ evidence }) => evidence).map(({ planned }) => identityOf(planned)));
  const missed = new Map<string, PlannedFault>();
  for (const { planned } of outcomes) if (!hit.has(identityOf(planned))) missed.set(identityOf(planned), planned);
  return [...missed.values()].map((planned, index) => ({ ...planned, fault: from + index, startMs: 0 }));
}

const identityOf = ({ class: name, detail }: PlannedFault): string => (name === 'crash-point' ? `${name} ${detail.point}` : name);

const durationOf = ({ class: name, lengthMs }: Dealt): number => (name === 'crash-point' ? CRASH_POINT_MS : lengthMs);

/** Each goes to the lane that is free first. */
function placed(faults: readonly Dealt[], fromMs: number, random: Random): Omit<PlannedFault, 'fault'>[] {
  const free = Array.from({ length: LANES }, () => fromMs);
  return faults
    .map((fault) => {
      const lane = free.indexOf(Math.min(...free));
      const startMs = free[lane] ?? fromMs;
      free[lane] = startMs + durationOf(fault) + random.between(...GAP_MS);
      return { ...fault, startMs };
    })
    .sort((a, b) => a.startMs - b.startMs);
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((each) => ({ each, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each);
}
