import type { Sources } from './sources.ts';
import { headerOf } from './topics.ts';
import { about, type Violation } from './violation.ts';

/** How often what a run is for was seen, by the names that `wanted` of its meta uses. */
export function countsOf({ run, calls, orders, reservations, orderPoints, holds, letters }: Sources): Record<string, number> {
  const counts: Record<string, number> = {};
  const count = (what: string, times = 1) => {
    counts[what] = (counts[what] ?? 0) + times;
  };
  for (const { status, rejection } of orders) {
    count(status);
    if (rejection) count(`rejected: ${rejection.code}`);
  }
  for (const each of reservations) {
    count(`reservation ${each.state}`);
    if (each.state === 'released') count('compensations');
    if (each.state === 'tombstone' || (each.state === 'rejected' && each.reason === 'order_ended')) count('tombstones');
  }
  for (const { state } of orderPoints) if (state === 'refunded') count('compensations');
  for (const { status } of holds) count(`hold ${status}`);
  for (const { status } of letters) count(`letter ${status}`);
  for (const { f, type } of calls) count(`${f} ${type}`);
  count('duplicates on the topics', duplicates(run.records));
  for (const { result, count: times } of run.observed) count(`consumed: ${result}`, times);
  for (const { class: name, phase } of run.nemesis) if (phase === 'hit') count(`fault: ${name}`);
  return counts;
}

const duplicates = (records: Sources['run']['records']): number =>
  records.length -
  new Set(records.map((record) => `${record.topic}\n${headerOf(record, 'ce_id') ?? record.offset}\n${record.partition}`)).size;

/** A run that saw too little of what it is for has shown nothing. */
export function* sawEnough(sources: Sources): Generator<Violation, number> {
  const { wanted } = sources.run.meta;
  const counts = countsOf(sources);
  for (const [what, least] of Object.entries(wanted)) {
    const seen = counts[what] ?? 0;
    if (seen < least) yield about('run', what, `${what}: ${seen} seen, ${least} wanted`);
  }
  return Object.keys(wanted).length;
}
