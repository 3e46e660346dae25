import { type DeadLetter, deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { type InboxRow, inboxCollection } from '@microshop/chassis/inbox/inbox';
import { DltFailure } from './failure.ts';
import type { Filter, Target } from './options.ts';
import { groups, of, type Place, type Shop } from './shop.ts';

/** A letter without its content, which may be a megabyte. */
export type LetterHead = Omit<DeadLetter, 'value' | 'headers'>;

/** What is not in the query: the database holds no such text index, and dead letters are few. */
export const saysError = ({ code, error }: Pick<LetterHead, 'code' | 'error'>, wanted: string): boolean =>
  code === wanted || error.toLowerCase().includes(wanted.toLowerCase());

export const typeOf = ({ eventType }: Pick<LetterHead, 'eventType'>): string => eventType ?? 'unreadable';

export const queryOf = ({ statuses, topic, type, order, since, until }: Filter) => ({
  status: { $in: [...statuses] },
  ...(topic !== undefined && { topic }),
  ...(type !== undefined && { eventType: type === 'unreadable' ? { $exists: false } : type }),
  ...(order !== undefined && { orderId: order }),
  ...((since || until) && { at: { ...(since && { $gte: since }), ...(until && { $lte: until }) } }),
});

/** What the filter finds now, oldest first. */
export async function findLetters({ places }: Pick<Shop, 'places'>, filter: Filter): Promise<LetterHead[]> {
  const found = await Promise.all(
    places.filter(({ group }) => filter.group === undefined || filter.group === group).map((place) => findIn(place, filter)),
  );
  return found.flat().sort((a, b) => a.at.getTime() - b.at.getTime());
}

async function findIn(place: Place, filter: Filter): Promise<LetterHead[]> {
  const found: LetterHead[] = [];
  const cursor = of(place, deadLetterCollection).find(queryOf(filter)).project<LetterHead>({ value: 0, headers: 0 });
  for await (const letter of cursor) if (filter.error === undefined || saysError(letter, filter.error)) found.push(letter);
  return found;
}

/** The letter of that name: its whole id, or the event's alone when no other group has it too. */
export async function letterNamed(shop: Pick<Shop, 'places'>, name: string): Promise<DeadLetter> {
  const ids = name.includes('/') ? [name] : groups.map((group) => `${group}/${name}`);
  const found = (
    await Promise.all(
      shop.places.map((place) =>
        of(place, deadLetterCollection)
          .find({ _id: { $in: ids } })
          .toArray(),
      ),
    )
  ).flat();
  const [letter] = found;
  if (!letter) throw new DltFailure(`There is no dead letter ${name}: list --each --status all names them.`);
  if (found.length > 1) throw new DltFailure(`${name} is dead in several groups: name ${found.map(({ _id }) => _id).join(' or ')}.`);
  return letter;
}

export const lettersOf = async (shop: Shop, target: Target): Promise<LetterHead[]> =>
  'id' in target ? [await letterNamed(shop, target.id)] : findLetters(shop, target.filter);

/** Letters by their ids, in whatever order. */
export async function lettersById({ places }: Pick<Shop, 'places'>, ids: readonly string[]): Promise<LetterHead[]> {
  const found = await Promise.all(
    places.map((place) =>
      of(place, deadLetterCollection)
        .find({ _id: { $in: [...ids] } })
        .project<LetterHead>({ value: 0, headers: 0 })
        .toArray(),
    ),
  );
  return found.flat();
}

export type Queues = ReadonlyMap<string, readonly string[]>;

/** The parks that these letters are in: which letters wait there, first first. */
export async function queuesOf({ places }: Pick<Shop, 'places'>, letters: readonly LetterHead[]): Promise<Queues> {
  const parks = [...new Set(letters.flatMap(({ parkedUnder }) => parkedUnder ?? []))];
  const rows = await Promise.all(places.map((place) => parksIn(place, parks)));
  return new Map(rows.flat().map(({ _id, queue = [] }) => [_id, queue]));
}

const parksIn = (place: Place, ids: readonly string[]): Promise<InboxRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : of(place, inboxCollection)
        .find({ _id: { $in: [...ids] } })
        .toArray();
