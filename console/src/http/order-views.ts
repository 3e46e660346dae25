import type { Static } from 'typebox';
import type { OrderLine, OrderPoints, OrderRow, TimelineEntry } from '../api/orders.ts';
import type { EntryDocument, LineDocument, OrderDocument, PointsDocument } from '../projection/collections.ts';
import { consumersOf, isDeadLetterTopic } from '../projection/record.ts';
import { waitingOf } from '../projection/waiting.ts';

export function orderRow(order: OrderDocument): OrderRow {
  const { _id: orderId, status, isGuest, version, records, deadLetters, lines, points, totalPrice, currency, rejection } = order;
  return {
    orderId,
    status,
    customerId: order.customerId ?? order.customerKey ?? null,
    isGuest,
    totalPrice: totalPrice ?? null,
    currency: currency ?? null,
    lines: lines.map(lineView),
    points: pointsView(points),
    rejection: rejection ?? null,
    requestedAt: (order.requestedAt ?? order.firstAt).toISOString(),
    changedAt: order.lastAt.toISOString(),
    version,
    records,
    deadLetters,
    waitingFor: waitingOf(order),
  };
}

function lineView({ sku, quantity, reason, available, ...at }: LineDocument): Static<typeof OrderLine> {
  const stock = at.releasedAt ? 'released' : at.refusedAt ? 'refused' : at.soldAt ? 'sold' : at.reservedAt ? 'reserved' : 'asked';
  return { sku, quantity, stock, reason: reason ?? null, available: available ?? null };
}

function pointsView({ takenAt, refusedAt, earnedAt, refundedAt, redeemed, earned, reason }: PointsDocument): Static<typeof OrderPoints> {
  const state = refundedAt ? 'refunded' : earnedAt ? 'earned' : refusedAt ? 'refused' : takenAt ? 'taken' : 'asked';
  return { state, redeemed, earned, reason: reason ?? null };
}

/** The entries in their order; one whose event was on its topic before repeats it. */
export function timelineOf(entries: readonly EntryDocument[]): TimelineEntry[] {
  const seen = new Set<string>();
  return entries.map((entry) => {
    const event = entry.eventId === undefined ? entry._id : `${entry.topic} ${entry.eventId}`;
    const isRepeat = seen.has(event);
    seen.add(event);
    return entryView(entry, isRepeat);
  });
}

function entryView(entry: EntryDocument, isRepeat: boolean): TimelineEntry {
  const { _id: entryId, lane, type, appendedAt, topic, partition, offset, headers, payload } = entry;
  const kind = isDeadLetterTopic(topic) ? 'dead-letter' : entry.replayOf ? 'replay' : isRepeat ? 'repeat' : 'event';
  return {
    entryId,
    lane,
    consumers: [...consumersOf(topic)],
    type,
    eventId: entry.eventId ?? null,
    causationId: entry.causationId ?? null,
    decidedAt: entry.decidedAt && !Number.isNaN(Date.parse(entry.decidedAt)) ? new Date(entry.decidedAt).toISOString() : null,
    appendedAt: appendedAt.toISOString(),
    topic,
    partition,
    offset,
    key: entry.key ?? null,
    headers,
    payload: JSON.parse(payload),
    kind,
    error: entry.error ?? null,
  };
}
