import { sleep } from '@microshop/chassis/clock';
import { randomFrom, seedOf } from '@microshop/chassis/testing/random';
import type { Evidence, FaultKind, Field, PlannedFault } from '../faults/fault.ts';
import { now } from '../run-folder/now.ts';
import type { RunFolder } from '../run-folder/writer.ts';
import { type NemesisEntry, POISON_CLASS } from '../run-folder.ts';
import { createClaims } from './claims.ts';
import { LANES } from './schedule.ts';

export type FaultOutcome = {
  planned: PlannedFault;
  evidence: Evidence;
  /** It could not be done, or not be healed. */
  error?: string;
  /** From its heal to the next order that is confirmed; absent when that took too long. */
  recoveredMs?: number;
  /** No other fault was under way in between. */
  wasAlone: boolean;
};

export type RunScheduleOptions = {
  seed: number;
  schedule: readonly PlannedFault[];
  kinds: Readonly<Record<string, FaultKind>>;
  field: Omit<Field, 'random' | 'poisoned'>;
  folder: Pick<RunFolder, 'nemesis'>;
  /** Resolves when the shop works again; rejects when it is not to be waited for any more. */
  recovery(signal: AbortSignal): Promise<void>;
  onOutcome(outcome: FaultOutcome): void;
};

const RECOVERS_WITHIN_MS = 60_000;

/** Strikes as planned, a fault as soon as what it needs is free; resolves when all are healed and it was seen what each of them did. */
export async function runSchedule(options: RunScheduleOptions): Promise<FaultOutcome[]> {
  const { seed, schedule, kinds, field, folder, recovery, onOutcome } = options;
  const { signal } = field;
  const claims = createClaims();
  const left = [...schedule];
  const outcomes: Promise<FaultOutcome>[] = [];
  const began = performance.now();
  let underWay = 0;
  let strikes = 0;

  /** The first that is due and whose needs are free; others overtake one that has to wait. */
  async function next(): Promise<{ planned: PlannedFault; kind: FaultKind; giveBack: () => void } | undefined> {
    while (left.length > 0 && !signal.aborted) {
      const elapsed = performance.now() - began;
      for (const planned of left.filter(({ startMs }) => startMs <= elapsed)) {
        const kind = kinds[planned.class];
        const giveBack = kind && claims.take(kind.needs(planned.target));
        if (!giveBack) continue;
        left.splice(left.indexOf(planned), 1);
        return { planned, kind, giveBack };
      }
      const due = left.map(({ startMs }) => startMs - elapsed).find((ms) => ms > 0);
      await changeOrDue(due);
    }
    return undefined;
  }

  async function changeOrDue(ms: number | undefined): Promise<void> {
    if (ms === undefined) return claims.change();
    const changed = new AbortController();
    await Promise.race([claims.change(), sleep(ms, AbortSignal.any([signal, changed.signal]))]);
    changed.abort();
  }

  async function lane(): Promise<void> {
    for (let taken = await next(); taken; taken = await next()) {
      const { planned, kind, giveBack } = taken;
      underWay++;
      strikes++;
      const struck = await strike(planned, kind);
      underWay--;
      giveBack();
      // What follows from it is seen later, and the next fault does not wait for that.
      outcomes.push(followed(struck));
    }
  }

  async function strike(planned: PlannedFault, kind: FaultKind): Promise<Pick<FaultOutcome, 'planned' | 'evidence' | 'error'>> {
    tell(planned, 'inject', { ...planned.detail, lengthMs: planned.lengthMs });
    try {
      const random = randomFrom(seedOf(seed, 1000 + planned.fault));
      const poisoned: Field['poisoned'] = (poison) => tell({ ...planned, class: POISON_CLASS }, 'hit', { poison: [poison] });
      const evidence = await kind.strike(planned, { ...field, random, poisoned });
      if (evidence) tell(planned, 'hit', evidence);
      return { planned, evidence };
    } catch (error) {
      return { planned, evidence: undefined, error: (error as Error).message };
    } finally {
      tell(planned, 'heal');
    }
  }

  async function followed(struck: Pick<FaultOutcome, 'planned' | 'evidence' | 'error'>): Promise<FaultOutcome> {
    const healedAt = performance.now();
    const strikesBefore = strikes;
    const isAlone = underWay === 0;
    const until = AbortSignal.any([signal, AbortSignal.timeout(RECOVERS_WITHIN_MS)]);
    const recoveredMs = await recovery(until).then(
      () => Math.round(performance.now() - healedAt),
      () => undefined,
    );
    const wasAlone = isAlone && strikes === strikesBefore;
    tell(struck.planned, 'note', { recoveredMs: recoveredMs ?? null, wasAlone });
    const outcome = { ...struck, wasAlone, ...(recoveredMs !== undefined && { recoveredMs }) };
    onOutcome(outcome);
    return outcome;
  }

  function tell({ fault, class: name, target }: PlannedFault, phase: NemesisEntry['phase'], detail?: Record<string, unknown>): void {
    folder.nemesis({ fault, at: now(), class: name, phase, target, ...(detail && { detail }) });
  }

  await Promise.all(Array.from({ length: LANES }, lane));
  return Promise.all(outcomes);
}
