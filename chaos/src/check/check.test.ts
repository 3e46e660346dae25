import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NemesisEntry, Run } from '../run-folder.ts';
import { planted } from '../testing/planted-faults.ts';
import { recordedRun } from '../testing/recorded-run.ts';
import { checkRun, type Invariant, linesOf, rules } from './check.ts';

const good = recordedRun();
const copy = () => structuredClone(good) as Parameters<(typeof planted)[Invariant][number]['plant']>[0];

it('judges a recorded run green, and has looked at something for each invariant', () => {
  const report = checkRun(good);
  expect(report.verdicts.flatMap(({ violations }) => violations)).toEqual([]);
  expect(report.verdicts.filter(({ checked }) => checked === 0)).toEqual([]);
  expect(report).toMatchObject({ isGreen: true });
});

describe.each(Object.keys(rules) as Invariant[])('%s', (invariant) => {
  it.each(planted[invariant])('notices: $what', ({ plant, says }) => {
    const run = copy();
    plant(run);
    const report = checkRun(run);
    const verdict = report.verdicts.find((each) => each.invariant === invariant);
    expect(verdict?.violations.map(({ sentence }) => sentence)).toContainEqual(expect.stringMatching(says));
    expect(report.isGreen).toBe(false);
  });
});

const lost = () => {
  const run = copy();
  planted['accepted: each order that a client was told of is there, ended, and is what was asked for'][0]?.plant(run);
  return run;
};

it('tells the story of what is wrong from all sources, with the faults of that time alone', () => {
  const run = lost();
  const { sentence = '' } = checkRun(run).counterexample ?? {};
  expect(sentence).toContain('and is not there');
  const request = run.records.find(({ value }) => String(value).includes(sentence.slice(0, 36)));
  const kill = (target: string, afterMs: number): NemesisEntry => ({
    fault: 99,
    at: (request?.appendedAt ?? 0) + afterMs,
    class: 'kill',
    phase: 'hit',
    target,
  });
  run.nemesis.push(kill('then', 1), kill('an-hour-before', -3_600_000), kill('an-hour-later', 3_600_000));
  const lines = [...linesOf(checkRun(run))];
  const story = lines.slice(lines.findIndex((line) => line.startsWith('counterexample to accepted:'))).join('\n');
  for (const part of [
    /client .* checkout invoke/,
    /client .* checkout ok .*"status":201/,
    /topic .* OrderRequested .* v1/,
    /database inventory-svc.movements .*"sold"/,
    /FAULT .* kill hit then/,
  ])
    expect(story).toMatch(part);
  expect(story).not.toContain('an-hour');
});

it('says the same, whatever the order of the lines', () => {
  const broken = lost();
  const expected = checkRun(broken);
  const shuffled = (entries: readonly unknown[], next: () => number) =>
    entries
      .map((entry) => ({ entry, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ entry }) => entry);
  fc.assert(
    fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
      const next = () => numbers.next().value as number;
      const databases = Object.entries(broken.databases).map(([service, collections]) => [
        service,
        Object.fromEntries(Object.entries(collections).map(([name, documents]) => [name, shuffled(documents, next)])),
      ]);
      const run = {
        ...broken,
        history: shuffled(broken.history, next),
        records: shuffled(broken.records, next),
        databases: Object.fromEntries(databases),
      } as unknown as Run;
      expect(checkRun(run)).toEqual(expected);
    }),
    { numRuns: 3 },
  );
});
