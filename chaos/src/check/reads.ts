import type { OrderStatus } from '@microshop/contracts/http';
import type { Call } from '../history/operations.ts';
import type { Sources } from './sources.ts';
import { about, aboutOrder, type Violation } from './violation.ts';

type Seen = { op: number; invokedAt: number; completedAt: number; version: number; what: string };

/** A rejected order is told without its version: it ended at once. */
const versionOf = (told: { order?: { version: number }; orderStatus?: OrderStatus }): number => told.order?.version ?? 2;

/** Whoever asks for an order after somebody was answered sees at least that version; read-your-writes is a part of it. */
export function* readsGoForward({ callsTo }: Sources): Generator<Violation, number> {
  const seen = new Map<string, Seen[]>();
  const note = (orderId: string, call: Pick<Call, 'op' | 'invokedAt' | 'completedAt'>, version: number, what: string) =>
    seen
      .getOrInsertComputed(orderId, () => [])
      .push({ op: call.op, invokedAt: call.invokedAt, completedAt: call.completedAt, version, what });
  for (const call of callsTo('checkout')) if (call.told) note(call.told.orderId, call, versionOf(call.told), call.told.orderStatus);
  for (const call of [...callsTo('cancel'), ...callsTo('fulfil'), ...callsTo('read order')])
    if (call.told) note(call.told.order.orderId, call, call.told.order.version, call.told.order.status);
    else if (call.failure?.code === 'unknown_order') note(call.asked.orderId, call, 0, 'not there');
  let checked = 0;
  for (const [orderId, ofOrder] of seen) {
    checked += ofOrder.length;
    yield* backward(orderId, ofOrder);
  }
  return checked;
}

function* backward(orderId: string, seen: readonly Seen[]): Generator<Violation> {
  const answered = seen.toSorted((a, b) => a.completedAt - b.completedAt);
  let at = 0;
  let newest: Seen | undefined;
  for (const read of seen.toSorted((a, b) => a.invokedAt - b.invokedAt)) {
    for (let next = answered[at]; next && next.completedAt < read.invokedAt; next = answered[++at])
      if (!newest || next.version > newest.version) newest = next;
    if (newest && read.version < newest.version)
      yield aboutOrder(
        orderId,
        `was seen at version ${newest.version} (${newest.what}, op ${newest.op}) and later at version ${read.version} (${read.what}, op ${read.op})`,
      );
  }
}

/** The bank: at every read no counter is below zero, and the units are those that were put in until then. */
export function* stockReads({ callsTo }: Sources): Generator<Violation, number> {
  const adjusted = Map.groupBy(callsTo('adjust stock'), ({ asked }) => asked.sku);
  let checked = 0;
  for (const [sku, ofSku] of Map.groupBy(callsTo('read stock'), ({ asked }) => asked.sku)) {
    const bounds = boundsOf(adjusted.get(sku) ?? []);
    for (const { op, invokedAt, completedAt, told } of ofSku) {
      if (!told) continue;
      const { available, reserved, sold } = told.level;
      checked++;
      if (Math.min(available, reserved, sold) < 0)
        yield about('sku', sku, `${sku} was read with available ${available}, reserved ${reserved}, sold ${sold} (op ${op})`);
      const [sum, { low, high }] = [available + reserved + sold, bounds(invokedAt, completedAt)];
      if (sum < low || sum > high)
        yield about('sku', sku, `${sku} was read with ${sum} units in all (op ${op}); from ${low} to ${high} had been put in`);
    }
  }
  return checked;
}

/** How many units may have been put in at a moment between two: what was answered before is in, what was asked before the end may be. */
function boundsOf(calls: readonly Call<'adjust stock'>[]): (from: number, to: number) => { low: number; high: number } {
  const changes = [...Map.groupBy(calls, ({ asked }) => asked.key).values()]
    .filter((ofKey) => ofKey.some(({ type }) => type !== 'fail'))
    .map((ofKey) => ({
      change: ofKey[0]?.asked.change ?? 0,
      maybe: Math.min(...ofKey.map(({ invokedAt }) => invokedAt)),
      surely: Math.min(...ofKey.map(({ type, completedAt }) => (type === 'ok' ? completedAt : Number.POSITIVE_INFINITY))),
    }));
  const sumUntil = (when: 'maybe' | 'surely', isMeant: (change: number) => boolean) =>
    runningSum(changes.filter(({ change }) => isMeant(change)).map((each) => [each[when], each.change]));
  const [inMaybe, inSurely] = [sumUntil('maybe', (change) => change > 0), sumUntil('surely', (change) => change > 0)];
  const [outMaybe, outSurely] = [sumUntil('maybe', (change) => change < 0), sumUntil('surely', (change) => change < 0)];
  return (from, to) => ({ low: inSurely(from) + outMaybe(to), high: inMaybe(to) + outSurely(from) });
}

/** The sum of all amounts before a moment. */
function runningSum(amounts: readonly (readonly [at: number, amount: number])[]): (before: number) => number {
  const sorted = amounts.toSorted(([a], [b]) => a - b);
  const sums = [0];
  for (const [, amount] of sorted) sums.push((sums.at(-1) ?? 0) + amount);
  return (before) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.[0] ?? 0) < before) low = middle + 1;
      else high = middle;
    }
    return sums[low] ?? 0;
  };
}
