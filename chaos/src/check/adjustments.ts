import type { Sources } from './sources.ts';
import { about, type Subject, type Violation } from './violation.ts';

/** An adjustment that was answered is in the ledger once; one that was refused each time is not. */
export function* adjustmentsOnce({ callsTo, adjustments, movements, pointsLedger }: Sources): Generator<Violation, number> {
  const stock = callsTo('adjust stock').map(({ type, asked: { sku, key } }) => ({
    type,
    row: `${sku}/${key}`,
    kind: 'sku' as const,
    id: sku,
  }));
  const points = callsTo('adjust points').map(({ type, asked: { customerId, key } }) => ({
    type,
    row: `${customerId}:adjusted:${key}`,
    kind: 'customer' as const,
    id: customerId,
  }));
  const done = new Set([...adjustments, ...pointsLedger].map(({ _id }) => _id));
  const byRow = Map.groupBy([...stock, ...points], ({ row }) => row);
  for (const [row, calls] of byRow) {
    const { kind, id } = calls[0] as { kind: Subject['kind']; id: string };
    if (calls.some(({ type }) => type === 'ok') && !done.has(row))
      yield about(kind, id, `the adjustment ${row} was answered and is not there`);
    if (calls.every(({ type }) => type === 'fail') && done.has(row))
      yield about(kind, id, `the adjustment ${row} was refused and is there`);
  }
  yield* amounts(adjustments, movements);
  return byRow.size;
}

function* amounts(adjustments: Sources['adjustments'], movements: Sources['movements']): Generator<Violation> {
  const asked = sums(adjustments.map(({ _id, change }) => [_id.slice(0, _id.indexOf('/')), change]));
  const moved = sums(movements.filter(({ type }) => type === 'received' || type === 'adjusted').map(({ sku, change }) => [sku, change]));
  for (const sku of new Set([...asked.keys(), ...moved.keys()]))
    if (asked.get(sku) !== moved.get(sku))
      yield about('sku', sku, `${sku} was adjusted by ${asked.get(sku) ?? 0} in all, its ledger by ${moved.get(sku) ?? 0}`);
}

function sums(pairs: readonly (readonly [string, number])[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const [name, amount] of pairs) totals.set(name, (totals.get(name) ?? 0) + amount);
  return totals;
}
