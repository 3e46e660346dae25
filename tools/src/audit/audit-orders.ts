import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { holds, reservationKey, reservations } from '@microshop/inventory-svc/application/collections';
import { orderPoints } from '@microshop/loyalty-svc/application/collections';
import { type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import { type Databases, of, onSnapshot, type Snapshot } from '../databases.ts';
import { type AuditContext, byId, count, forEachPage, lowestIdAt } from './context.ts';
import { checkAgreement, checkStrangers, type Elsewhere } from './rules/agreement.ts';
import type { Finding } from './rules/finding.ts';
import { checkOrders, checkStuck, type Request } from './rules/orders.ts';

/** Checks all orders, or these, and what the other services have of them. */
export async function auditOrders(context: AuditContext, orderIds?: readonly string[]): Promise<void> {
  const { databases, findings } = context;
  const total = orderIds?.length ?? (await of(databases['order-svc'], orders).estimatedDocumentCount());
  let done = 0;
  await forEachPage(databases['order-svc'], orders, orderIds, async (page, snapshot) => {
    findings.violations.push(...checkOrders(page));
    findings.suspicions.push(...(await suspect(databases, page, snapshot)));
    count(findings, 'orders', page.length);
    count(findings, 'agreement', page.filter(({ status }) => status !== 'pending').length);
    done += page.length;
    context.onProgress('orders', done, total);
  });
}

/** Looks again at orders that were suspected. */
export async function suspectAgain(databases: Databases, orderIds: readonly string[]): Promise<Finding[]> {
  const found: Finding[] = [];
  await forEachPage(databases['order-svc'], orders, orderIds, async (page, snapshot) => {
    found.push(...(await suspect(databases, page, snapshot)));
  });
  return found;
}

async function suspect(databases: Databases, page: readonly OrderDocument[], snapshot: Snapshot): Promise<Finding[]> {
  const requests = await requestsOf(snapshot, page);
  return [...checkStuck(page, requests, new Date()), ...checkAgreement(page, await elsewhere(databases, page))];
}

/** When the requests of pending orders were published; those in an outbox row that removed itself were, long ago. */
async function requestsOf(snapshot: Snapshot, page: readonly OrderDocument[]): Promise<Map<string, Request>> {
  const pending = page.filter(({ status }) => status === 'pending');
  const rows = await byId(snapshot, outboxCollection, new Set(pending.map(({ requestedIn }) => requestedIn)));
  const requests = new Map<string, Request>();
  for (const { _id, requestedIn, createdAt } of pending) {
    const row = rows.get(requestedIn);
    const request = row?.events.find(({ type, aggregateid }) => type === 'OrderRequested' && aggregateid === _id);
    if (!row) requests.set(_id, { publishedAt: createdAt, timeoutMs: 0 });
    else if (row.publishedAt && typeof request?.payload === 'string')
      requests.set(_id, { publishedAt: row.publishedAt, timeoutMs: Number(JSON.parse(request.payload).timeoutMs) });
  }
  return requests;
}

async function elsewhere(
  { 'inventory-svc': inventory, 'loyalty-svc': loyalty }: Databases,
  page: readonly OrderDocument[],
): Promise<Elsewhere> {
  const judged = page.filter(({ status }) => status !== 'pending');
  const keys = judged.flatMap(({ _id, items }) => items.map(({ sku }) => reservationKey(_id, sku)));
  const [stock, points] = await Promise.all([
    onSnapshot(inventory, async (snapshot) => ({
      reservations: await byId(snapshot, reservations, keys),
      holds: await byId(snapshot, holds, new Set(judged.flatMap(({ reservationId }) => reservationId ?? []))),
    })),
    onSnapshot(loyalty, (snapshot) =>
      byId(
        snapshot,
        orderPoints,
        judged.map(({ _id }) => _id),
      ),
    ),
  ]);
  return { ...stock, points };
}

/** Looks for reservations of orders that do not exist. */
export async function auditStrangers(context: AuditContext): Promise<void> {
  const { databases, findings } = context;
  const total = await of(databases['inventory-svc'], reservations).estimatedDocumentCount();
  let done = 0;
  await forEachPage(databases['inventory-svc'], reservations, undefined, async (page) => {
    const ids = new Set(page.map(({ orderId }) => orderId));
    // Read after the reservations.
    const known = await onSnapshot(databases['order-svc'], (snapshot) =>
      snapshot.find(orders, { _id: { $in: [...ids] } }, { projection: { _id: 1 }, batchSize: ids.size + 1 }).toArray(),
    );
    findings.violations.push(...checkStrangers(page, new Set(known.map(({ _id }) => _id))));
    done += page.length;
    context.onProgress('reservations and their orders', done, total);
  });
}

/** Orders that came or moved on since then: by their own ids, which begin with their time, and by the outbox, which tells each move for a week. */
export async function ordersSince({ 'order-svc': database }: Databases, since: Date): Promise<string[]> {
  const from = { _id: { $gte: lowestIdAt(since) } };
  return onSnapshot(database, async (snapshot) => {
    const ids = new Set<string>();
    for await (const { _id } of snapshot.find(orders, from, { projection: { _id: 1 }, batchSize: 10_000 })) ids.add(_id);
    const told = { 'events.aggregatetype': 1, 'events.aggregateid': 1 };
    for await (const { events } of snapshot.find(outboxCollection, from, { projection: told, batchSize: 1000 }))
      for (const { aggregatetype, aggregateid } of events) if (aggregatetype === 'order') ids.add(aggregateid);
    return [...ids];
  });
}
