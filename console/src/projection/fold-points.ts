import type { points, pointsByCustomer } from '@microshop/contracts';
import type { CustomerDocument, MovementDocument } from './collections.ts';
import type { Event } from './fold-order.ts';

/** What tells of a customer's points: because of an order, or by hand. */
export type PointsEvent = Event<typeof points> | Event<typeof pointsByCustomer>;

/** When loyalty-svc decided it: a repeat has the same time. */
function decidedAt({ time, appendedAt }: PointsEvent): Date {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? appendedAt : at;
}

/** The last balance that was told. An event that may be of somebody who is no customer changes nothing. */
export function foldCustomer(present: CustomerDocument | undefined, event: PointsEvent): CustomerDocument | undefined {
  if (!isOfCustomer(event)) return undefined;
  const { customerId, balance, customerVersion: version = 0 } = event.data;
  const news = { _id: customerId, balance, version, toldAt: decidedAt(event), toldBy: event.id };
  return present && isLater(present, news) ? present : news;
}

/** Of one version there is one balance; only where there is none the time has to do. */
function isLater(a: CustomerDocument, b: CustomerDocument): boolean {
  if (a.version !== b.version) return a.version > b.version;
  const later = a.toldAt.getTime() - b.toldAt.getTime();
  return later === 0 ? a.toldBy > b.toldBy : later > 0;
}

function isOfCustomer(event: PointsEvent): boolean {
  if (event.type !== 'PointsRejected') return true;
  const { reason } = event.data;
  return reason === 'insufficient_points' || reason === 'customer_blocked';
}

/** The rows of the ledger that an event tells of. */
export function movementsOf(event: PointsEvent): MovementDocument[] {
  const told = { customerId: event.data.customerId, at: decidedAt(event), toldBy: event.id };
  if (event.type === 'PointsAdjusted') {
    const { movementId, change } = event.data;
    return [{ _id: movementId, type: 'adjusted', change, ...told }];
  }
  const { orderId } = event.data;
  return changesOf(event)
    .filter(([, change]) => change !== 0)
    .map(([type, change]) => ({ _id: `${orderId}:${type}`, orderId, type, change, ...told }));
}

function changesOf(event: Event<typeof points>): [type: MovementDocument['type'], change: number][] {
  const amount = event.data.points;
  switch (event.type) {
    case 'PointsDeducted':
      return [['deducted', -amount]];
    case 'PointsEarned':
      return [['earned', amount]];
    case 'PointsRefunded':
      return [
        ['refunded', amount],
        ['taken_back', -event.data.takenBack],
      ];
    case 'PointsRejected':
      return [];
    default:
      return event satisfies never;
  }
}

/** Told twice, the first time counts. */
export const foldMovement = (present: MovementDocument | undefined, news: MovementDocument): MovementDocument =>
  present && (present.at < news.at || (present.at.getTime() === news.at.getTime() && present.toldBy < news.toldBy)) ? present : news;
