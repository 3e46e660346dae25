import type { Load } from '../load/load.ts';
import type { OrderShape } from '../load/orders.ts';
import type { Arrivals, LoadResult, Plan } from '../load/plan.ts';
import type { Round } from '../report/result.ts';
import { type UsageByPart, usageOfParts } from '../stack/usage.ts';
import { type Operations, operationsPerOrder } from './operations.ts';
import { significant } from './statistics.ts';
import type { System } from './system.ts';

export type Measured = { round: Round; load: LoadResult };

/** Sends orders and measures what they cost. */
export async function measure(load: Load, system: System, plan: Omit<Plan, 'urls'>): Promise<Measured> {
  const used: UsageByPart[] = [];
  const counted: Promise<Operations>[] = [];
  const look = () => {
    used.push(usageOfParts(system.pids));
    counted.push(system.operations());
  };
  const result = await load.run({ ...plan, urls: system.urls }, look);
  const [before = {}, after = {}] = await Promise.all(counted);
  const operations = operationsPerOrder(before, after, result.decided.count);
  return { round: { ...roundOf(result, used[0] ?? {}, used[1] ?? {}), operationsPerOrder: operations }, load: result };
}

function roundOf(result: LoadResult, before: UsageByPart, after: UsageByPart): Omit<Round, 'operationsPerOrder'> {
  const perOrder = (seconds: number) => significant((seconds * 1000) / Math.max(1, result.decided.count));
  const ofParts = (pick: (part: string) => number) => Object.fromEntries(Object.keys(after).map((part) => [part, pick(part)]));
  return {
    seconds: result.seconds,
    ordersPerSecond: significant(result.decided.count / result.seconds, 4),
    answers: result.answers,
    latencyMs: result.decided,
    refusedMs: result.refused,
    cpuMsPerOrder: ofParts((part) => perOrder((after[part]?.cpuSeconds ?? 0) - (before[part]?.cpuSeconds ?? 0))),
    loadCpuMsPerOrder: perOrder(result.cpuSeconds),
    residentMb: ofParts((part) => Math.round(after[part]?.residentMb ?? 0)),
  };
}

export const cpuOf = ({ cpuMsPerOrder }: Pick<Round, 'cpuMsPerOrder'>): number =>
  significant(Object.values(cpuMsPerOrder).reduce((sum, ms) => sum + ms, 0));

/** Somebody else's shop does not show what it uses. */
export const isSeen = ({ cpuMsPerOrder }: Pick<Round, 'cpuMsPerOrder'>): boolean => Object.keys(cpuMsPerOrder).length > 0;

/** Of the service that has the most, all its instances together. */
export const serviceMbOf = ({ residentMb }: Pick<Round, 'residentMb'>): number =>
  Math.max(0, ...Object.entries(residentMb).flatMap(([part, mb]) => (part.endsWith('-svc') ? [mb] : [])));

export const lineOf = (round: Round): string =>
  `${round.ordersPerSecond} orders/s, p50 ${round.latencyMs.p50} ms, p99 ${round.latencyMs.p99} ms${isSeen(round) ? `, CPU ${cpuOf(round)} ms an order` : ''}`;

/** Two SKUs and points, as everything is compared by. */
export const usualOrder = (prefix: string, more: Partial<OrderShape> = {}): OrderShape => ({
  ...{ prefix, skus: 1000, customers: 1000, lines: 2, redeemPoints: 10, isHot: false, waitSeconds: 20 },
  ...more,
});

export const closed = (clients: number): Arrivals => ({ kind: 'closed', clients });
