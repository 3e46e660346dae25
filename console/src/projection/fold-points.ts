import type { points } from '@microshop/contracts';
import type { CustomerDocument, MovementDocument, ToldBalance } from './collections.ts';
import type { Event } from './fold-order.ts';

type PointsEvent = Event<typeof points>;
/** When loyalty-svc decided it: a repeat has the same time. */
function decidedAt({ time, appendedAt }: PointsEvent): Date {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? appendedAt : at;
}

/** The balance that was told last. An event that may be of somebody who is no customer changes nothing. */
export function foldCustomer(present: CustomerDocument | undefined, event: PointsEvent): CustomerDocument | undefined {
  if (!isOfCustomer(event)) return undefined;
  const toldAt = decidedAt(event);
  if (present && toldAt < present.toldAt) return present;
  const { customerId, balance } = event.data;
  const news = { eventId: event.id, balance, change: changesOf(event).reduce((sum, [, change]) => sum + change, 0) };
  const others = present && toldAt <= present.toldAt ? present.told.filter(({ eventId }) => eventId !== news.eventId) : [];
  const told = [...others, news].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  return { _id: customerId, balance: lastOf(told), toldAt, told };
}

/** Of the balances of one moment the last is the one that no other change began from; where the changes cancel out, that can not be known. */
function lastOf(told: readonly ToldBalance[]): number {
  const beginnings = told.map(({ balance, change }) => balance - change);
  const [last] = told.filter(({ balance }) => {
    const begun = beginnings.indexOf(balance);
    if (begun >= 0) beginnings.splice(begun, 1);
    return begun < 0;
  });
  return (last ?? (told.at(-1) as ToldBalance)).balance;
}

function isOfCustomer(event: PointsEvent): boolean {
  if (event.type !== 'PointsRejected') return true;
  const { reason } = event.data;
  return reason === 'insufficient_points' || reason === 'customer_blocked';
}

/** The rows of the ledger that an event tells of. */
export function movementsOf(event: PointsEvent): MovementDocument[] {
  return changesOf(event)
    .filter(([, change]) => change !== 0)
    .map(([type, change]) => {
      const { orderId, customerId } = event.data;
      return { _id: `${orderId}:${type}`, customerId, orderId, type, change, at: decidedAt(event), toldBy: event.id };
    });
}

function changesOf(event: PointsEvent): [type: MovementDocument['type'], change: number][] {
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
