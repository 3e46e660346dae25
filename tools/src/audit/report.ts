import { plural, printable } from '../dlt/words.ts';
import { type Finding, type InvariantId, invariantIds, invariants } from './rules/finding.ts';
import type { Settled, Unsettled } from './settle.ts';

export type InvariantVerdict = {
  invariant: InvariantId;
  title: string;
  checked: number;
  violations: Finding[];
  /** Why this run did not look at it. */
  leftOut?: string;
};

/** `unsettled`: nothing is known to be wrong, and something could not be judged in time. */
export type Verdict = 'green' | 'violated' | 'unsettled';

export type AuditReport = {
  verdict: Verdict;
  startedAt: Date;
  durationMs: number;
  /** Only what has changed since then was looked at. */
  since?: Date;
  invariants: InvariantVerdict[];
  unsettled: Unsettled[];
  /** Of a run that waited for rest: what was still under way. */
  unrest?: string[];
  deadLetters: string[];
};

export type Run = Pick<AuditReport, 'startedAt' | 'durationMs' | 'deadLetters'> & {
  since?: Date | undefined;
  unrest?: string[] | undefined;
  checked: Partial<Record<InvariantId, number>>;
  leftOut: Partial<Record<InvariantId, string>>;
} & Settled;

export function reportOf({ checked, leftOut, violations, unsettled, unrest, since, ...run }: Run): AuditReport {
  const isViolated = violations.length > 0 || (unrest?.length ?? 0) > 0;
  return {
    ...run,
    ...(since && { since }),
    ...(unrest && { unrest }),
    verdict: isViolated ? 'violated' : unsettled.length > 0 ? 'unsettled' : 'green',
    invariants: invariantIds.map((invariant) => ({
      invariant,
      title: invariants[invariant],
      checked: checked[invariant] ?? 0,
      violations: violations.filter((finding) => finding.invariant === invariant),
      ...(leftOut[invariant] !== undefined && { leftOut: leftOut[invariant] }),
    })),
    unsettled,
  };
}

/** The report of a run over what has changed, with what the last run over everything found of the rest. */
export function withWhole(report: AuditReport, whole: AuditReport): AuditReport {
  const invariantsNow = report.invariants.map((each) =>
    each.leftOut === undefined ? each : (whole.invariants.find(({ invariant }) => invariant === each.invariant) ?? each),
  );
  const isViolated = invariantsNow.some(({ violations }) => violations.length > 0);
  return { ...report, invariants: invariantsNow, verdict: isViolated ? 'violated' : report.verdict };
}

export const isGreen = ({ verdict }: AuditReport): boolean => verdict === 'green';

export const violationsOf = ({ invariants: verdicts }: AuditReport): Finding[] => verdicts.flatMap(({ violations }) => violations);

const SHOWN = 20;

/** The report as lines: a verdict for each invariant, and what is wrong with it. */
export function* linesOf(report: AuditReport): Generator<string> {
  const { unrest, unsettled, deadLetters, since } = report;
  if (since) yield `what has changed since ${since.toISOString()}`;
  if (unrest) yield unrest.length === 0 ? 'at rest: nothing pending, unpublished or unread' : `VIOLATED at rest: ${unrest.join(', ')}`;
  for (const { title, checked, violations, leftOut } of report.invariants) {
    if (leftOut !== undefined) yield `left out ${title} (${leftOut})`;
    else yield `${violations.length === 0 ? 'ok      ' : 'VIOLATED'} ${title} (${checked} checked)`;
    yield* shown(violations.map(({ sentence }) => sentence));
  }
  for (const [because, waiting] of Map.groupBy(unsettled, (each) => each.because)) {
    yield `UNSETTLED ${plural(waiting.length, 'suspicion')}: ${because}`;
    yield* shown(waiting.map(({ finding }) => finding.sentence));
  }
  for (const line of deadLetters) yield `note     ${line}: npm run dlt -- list`;
}

function* shown(sentences: readonly string[]): Generator<string> {
  for (const sentence of sentences.slice(0, SHOWN)) yield `           ${printable(sentence)}`;
  if (sentences.length > SHOWN) yield `           and ${sentences.length - SHOWN} more`;
}
