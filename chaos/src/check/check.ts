import { readRun } from '../run-folder/reader.ts';
import type { Run } from '../run-folder.ts';
import { adjustmentsOnce } from './adjustments.ts';
import { acceptedOrders, answersStayTrue, badInputRefused, idempotentKeys } from './clients.ts';
import { countsOf, sawEnough } from './counts.ts';
import { discountsInLimits, ordersAreWhole, pointsAreLedger, servicesAgree, stockIsLedger } from './databases.ts';
import { deadLettersArePoison } from './dead-letters.ts';
import { holdsBelongToOne } from './holds.ts';
import { patienceIsKept } from './patience.ts';
import { pricesAreTheCatalogues } from './prices.ts';
import { readsGoForward, stockReads } from './reads.ts';
import { replayChangesNothing } from './replayed.ts';
import { nothingStuck } from './rest.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { statePaths } from './state-path.ts';
import { timelineOf } from './timeline.ts';
import { effectsOnce, outboxIsTopics, versionsInOrder } from './topics.ts';
import type { Violation } from './violation.ts';

/** Each invariant by its name, as it is printed. */
export const rules = {
  'accepted: each order that a client was told of is there, ended, and is what was asked for': acceptedOrders,
  'keys: one key makes one order, with one body': idempotentKeys,
  'answers: what a client was told of an order stays true': answersStayTrue,
  'reads: an order never goes backward': readsGoForward,
  'bank: at each read the units are all there, none below zero': stockReads,
  'adjustments: each that was answered is in the ledger once': adjustmentsOnce,
  'bad input: refused': badInputRefused,
  'orders: an allowed path, a total that adds up, one key': ordersAreWhole,
  'path: the published events, the machine and the document agree': statePaths,
  'patience: an order whose answers came in time did not time out': patienceIsKept,
  'prices: those of the catalogue, less the discount': pricesAreTheCatalogues,
  'stock: as ledger, reservations and holds say': stockIsLedger,
  'points: as the ledger says': pointsAreLedger,
  'discounts: as often as orders have them, within their limits': discountsInLimits,
  'holds: each belongs to one order, or came to what was said': holdsBelongToOne,
  'agreement: the three databases say the same of each order': servicesAgree,
  'delivery: outboxes and topics are the same, byte for byte': outboxIsTopics,
  'order: versions come to each key in their order': versionsInOrder,
  'once: each fact was decided once': effectsOnce,
  'dead letters: all the poison and nothing else': deadLettersArePoison,
  'rest: nothing is stuck': nothingStuck,
  'replay: everything handled again changes nothing': replayChangesNothing,
  'seen: enough of what the run is for': sawEnough,
} as const satisfies Record<string, (sources: Sources) => Generator<Violation, number>>;

export type Invariant = keyof typeof rules;
export type Verdict = { invariant: Invariant; checked: number; violations: Violation[] };

export type Report = {
  verdicts: Verdict[];
  isGreen: boolean;
  /** How often what the run is for was seen. */
  counts: Readonly<Record<string, number>>;
  /** The shortest story of something that is wrong. */
  counterexample?: Counterexample;
};
export type Counterexample = { invariant: Invariant; sentence: string; timeline: string[] };

/** Judges the run in a folder; throws a RunFolderError where it is no whole run. */
export const check = (folder: string): Report => checkRun(readRun(folder));

export function checkRun(run: Run): Report {
  const sources = sourcesOf(run);
  const verdicts = Object.keys(rules).map((name) => verdictOf(name as Invariant, sources));
  const counterexample = smallest(verdicts, sources);
  return {
    verdicts,
    isGreen: verdicts.every(({ violations }) => violations.length === 0),
    counts: countsOf(sources),
    ...(counterexample && { counterexample }),
  };
}

function verdictOf(invariant: Invariant, sources: Sources): Verdict {
  const violations: Violation[] = [];
  const found = rules[invariant](sources);
  for (let next = found.next(); ; next = found.next()) {
    if (next.done) return { invariant, checked: next.value, violations: violations.sort((a, b) => (a.sentence < b.sentence ? -1 : 1)) };
    violations.push(next.value);
  }
}

/** Each story is looked for in the whole run, so of many violations some are tried. */
const TRIED_OF_EACH = 3;
const TRIED = 20;

function smallest(verdicts: readonly Verdict[], sources: Sources): Counterexample | undefined {
  return verdicts
    .flatMap(({ invariant, violations }) => violations.slice(0, TRIED_OF_EACH).map((violation) => ({ invariant, violation })))
    .slice(0, TRIED)
    .map(({ invariant, violation }) => ({ invariant, sentence: violation.sentence, timeline: timelineOf(sources, violation) }))
    .filter(({ timeline }) => timeline.length > 0)
    .sort((a, b) => a.timeline.length - b.timeline.length)[0];
}

const SHOWN = 10;

/** The report as lines: a verdict for each invariant, what is wrong with it, and the story of one of them. */
export function* linesOf({ verdicts, counterexample }: Report): Generator<string> {
  for (const { invariant, checked, violations } of verdicts) {
    yield `${violations.length === 0 ? 'ok      ' : 'VIOLATED'} ${invariant} (${checked} checked)`;
    for (const { sentence } of violations.slice(0, SHOWN)) yield `           ${sentence}`;
    if (violations.length > SHOWN) yield `           and ${violations.length - SHOWN} more`;
  }
  if (!counterexample) return;
  yield `counterexample to ${counterexample.invariant}: ${counterexample.sentence}`;
  for (const line of counterexample.timeline) yield `  ${line}`;
}
