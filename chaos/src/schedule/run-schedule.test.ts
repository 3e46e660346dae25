import { describe, expect, test } from 'vitest';
import type { FaultKind, Field, PlannedFault } from '../faults/fault.ts';
import type { NemesisEntry } from '../run-folder.ts';
import { runSchedule } from './run-schedule.ts';

const planned = (fault: number, kind: string, target = 'kafka'): PlannedFault => ({
  fault,
  class: kind,
  target,
  startMs: 0,
  lengthMs: 1,
  detail: {},
});

const kind = (strike: FaultKind['strike'], needs: FaultKind['needs'] = (target) => [target]): FaultKind => ({
  says: 'a test',
  targets: ['kafka', 'mongod'],
  lengthMs: [1, 1],
  needs,
  strike,
});

async function run(schedule: PlannedFault[], kinds: Record<string, FaultKind>, recovery = async () => {}) {
  const entries: NemesisEntry[] = [];
  const field = { signal: new AbortController().signal } as Field;
  const outcomes = await runSchedule({
    seed: 1,
    schedule,
    kinds,
    field,
    folder: { nemesis: (entry) => entries.push(entry) },
    recovery,
    onOutcome: () => undefined,
  });
  return { outcomes, phases: entries.map(({ fault, class: name, phase }) => `${fault} ${name} ${phase}`), entries };
}

describe('a fault', () => {
  test('that was hit is told from one that was not', async () => {
    const { outcomes, phases } = await run([planned(1, 'hit'), planned(2, 'missed', 'mongod')], {
      hit: kind(async () => ({ seen: 'a process died' })),
      missed: kind(async () => undefined),
    });
    expect(outcomes.map(({ evidence }) => evidence?.seen)).toEqual(['a process died', undefined]);
    expect(phases).toContain('1 hit hit');
    expect(phases).not.toContain('2 missed hit');
    expect(phases.filter((phase) => phase.endsWith('heal'))).toHaveLength(2);
  });

  test('that fails is told with its reason, and the others go on', async () => {
    const { outcomes } = await run([planned(1, 'broken'), planned(2, 'hit')], {
      broken: kind(async () => {
        throw new Error('mount: permission denied');
      }),
      hit: kind(async () => ({ seen: 'yes' })),
    });
    expect(outcomes.map(({ error }) => error)).toEqual(['mount: permission denied', undefined]);
  });

  test('waits for what it needs, and one that needs something else overtakes it', async () => {
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    await run([planned(1, 'long'), planned(2, 'same'), planned(3, 'other', 'mongod')], {
      long: kind(async () => {
        seen.push('long begins');
        await first.promise;
        seen.push('long ends');
        return undefined;
      }),
      same: kind(async () => {
        seen.push('same');
        return undefined;
      }),
      other: kind(async () => {
        seen.push('other');
        first.resolve();
        return undefined;
      }),
    });
    expect(seen).toEqual(['long begins', 'other', 'long ends', 'same']);
  });

  test('says what poison the broker took, also when it is not hit', async () => {
    const poison = { name: 'not-json-1', expect: 'dead' } as const;
    const { entries } = await run([planned(1, 'crash')], {
      crash: kind(async (_, { poisoned }) => {
        poisoned(poison);
        return undefined;
      }),
    });
    expect(entries).toContainEqual(expect.objectContaining({ class: 'poison', phase: 'hit', detail: { poison: [poison] } }));
  });

  test('after which the shop does not recover has no time of recovery', async () => {
    const { outcomes } = await run([planned(1, 'hit')], { hit: kind(async () => ({ seen: 'yes' })) }, () =>
      Promise.reject(new Error('too late')),
    );
    expect(outcomes[0]).not.toHaveProperty('recoveredMs');
  });
});
