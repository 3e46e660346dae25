import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { type Databases, of, services } from '../databases.ts';
import { plural } from '../dlt/words.ts';

/** Dead letters are work, not a violation: how many there are, by group. */
export async function countDeadLetters(databases: Databases): Promise<string[]> {
  const counts = await Promise.all(
    services.map((service) =>
      of(databases[service], deadLetterCollection)
        .aggregate<{ _id: { group: string; status: string }; count: number }>([
          { $match: { status: { $in: ['dead', 'parked'] } } },
          { $group: { _id: { group: '$group', status: '$status' }, count: { $sum: 1 } } },
        ])
        .toArray(),
    ),
  );
  return counts.flat().map(({ _id: { group, status }, count }) => `${plural(count, `${status} letter`)} at ${group}`);
}
