import { ordersByCustomer, points, stock } from '@microshop/contracts';
import type { OrderDocument } from '@microshop/order-svc/application/collections';
import { type NemesisEntry, POISON_HEADER } from '../run-folder.ts';
import type { Sources } from './sources.ts';
import { headerOf, orderOf } from './topics.ts';
import { aboutOrder, type Violation } from './violation.ts';

/** How long after a clock was set its times may still be met. */
const CLOCK_ECHO_MS = 60_000;

type Times = { requested?: number; answers: Map<string, number> };

/** An order whose answers were all on the topics before its time was up did not time out: whoever rejects it reads them first. */
export function* patienceIsKept(sources: Sources): Generator<Violation, number> {
  const { meta, nemesis } = sources.run;
  const byOrder = timesOf(sources);
  const shifts = nemesis.filter(setsClock).map(({ at }) => at);
  for (const order of sources.orders) {
    if (order.rejection?.code !== 'timed_out' || isAnswered(order)) continue;
    const { requested, answers } = byOrder.get(order._id) ?? { answers: new Map<string, number>() };
    if (requested === undefined || answers.size <= order.items.length) continue;
    const complete = [...answers.values()].reduce((a, b) => Math.max(a, b)) - requested;
    const isClockSet = shifts.some((at) => at > requested - CLOCK_ECHO_MS && at < requested + meta.settings.orderTimeoutMs + CLOCK_ECHO_MS);
    if (complete < meta.settings.orderTimeoutMs && !isClockSet)
      yield aboutOrder(order._id, `timed out, and all its answers were there ${complete} ms after its request`);
  }
  return sources.orders.length;
}

const isAnswered = ({ items, stockAnswers, pointsAnswer }: OrderDocument) =>
  pointsAnswer !== undefined && stockAnswers.length === items.length;

/** Also a crash point that is met only when a clock says that it is late. */
const setsClock = ({ class: name, detail }: NemesisEntry): boolean => name === 'clock-jump' || String(detail?.point).includes('timeout');

function timesOf({ run: { records } }: Sources): Map<string, Times> {
  const byOrder = new Map<string, Times>();
  for (const record of records) {
    const [orderId, type = ''] = [orderOf(record), headerOf(record, 'ce_type')];
    if (orderId === undefined || record.headers[POISON_HEADER] !== undefined) continue;
    const times = byOrder.getOrInsertComputed(orderId, () => ({ answers: new Map() }));
    if (record.topic === ordersByCustomer.name && type === 'OrderRequested') times.requested ??= record.appendedAt;
    const part = partAnswered(record.topic, type, record.value);
    if (part !== undefined) times.answers.set(part, Math.min(times.answers.get(part) ?? Number.POSITIVE_INFINITY, record.appendedAt));
  }
  return byOrder;
}

/** The SKU, or `points`, that a record answers for. */
function partAnswered(topic: string, type: string, value: unknown): string | undefined {
  if (topic === points.name && (type === 'PointsDeducted' || type === 'PointsRejected')) return 'points';
  if (topic !== stock.name || (type !== 'StockReserved' && type !== 'StockRejected')) return undefined;
  return `sku ${(JSON.parse(String(value)) as { sku: string }).sku}`;
}
