import { decodeCursor, page } from '@microshop/chassis/http/pagination';
import Type from 'typebox';
import { inTimeOrder, type Timeline } from '../persistence/order-queries.ts';
import type { EntryDocument } from '../projection/collections.ts';
import { connectionOf, type PageArguments, requestOf } from './connection.ts';
import { entryViews } from './views.ts';

const EntryCursor = Type.Tuple([Type.Integer({ minimum: 0, maximum: 8.64e15 }), Type.String(), Type.String()]);
const entryKey = ({ appendedAt, eventId, _id }: EntryDocument): unknown => [appendedAt.getTime(), eventId ?? '', _id];

/** Which records repeat others is told by all of them, so that a page is cut out of the whole. */
export function timelineConnection(timeline: Timeline, asked: PageArguments) {
  const views = entryViews(timeline);
  const { limit, cursor } = requestOf(asked);
  const all = timeline.entries.map((entry, nth) => ({ entry, view: views[nth] }));
  const left = cursor === undefined ? all : all.filter(({ entry }) => isAfter(entry, cursor));
  const key = ({ entry }: { entry: EntryDocument }) => entryKey(entry);
  return { ...connectionOf(page(left, limit, key), asked, key, ({ view }) => view), isWhole: timeline.isWhole };
}

function isAfter(entry: EntryDocument, cursor: string): boolean {
  const [time, eventId, _id] = decodeCursor(cursor, EntryCursor);
  return inTimeOrder(entry, { appendedAt: new Date(time), eventId, _id }) > 0;
}
