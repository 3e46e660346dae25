import { answerWithin } from '@microshop/chassis/mongo/queries-in-time';
import { PATIENCE_MS } from '@microshop/chassis/store/answer-in-time';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { Db, Filter, Sort } from 'mongodb';

export type ChildrenQuery<Child extends Document> = {
  parents: Collection<Document>;
  ids: readonly string[];
  children: Collection<Child>;
  /** The field that names the parent; an index begins with it. */
  parentId: keyof Child & string;
  where?: Filter<Child>;
  sort: Sort;
  limit: number;
};

/** The first `limit` children of each parent, in one query, whatever the number of parents. */
export async function childrenOf<Child extends Document>(db: Db, query: ChildrenQuery<Child>): Promise<Map<string, Child[]>> {
  const { parents, ids, children, parentId, where = {}, sort, limit } = query;
  const pipeline = [{ $match: where }, { $sort: sort }, { $limit: limit }];
  const found = await db
    .collection<Document>(parents.name)
    .aggregate<{ _id: string; child: Child }>(
      [
        { $match: { _id: { $in: [...new Set(ids)] } } },
        { $lookup: { from: children.name, localField: '_id', foreignField: parentId, pipeline, as: 'child' } },
        { $unwind: '$child' },
        { $project: { child: 1 } },
      ],
      { signal: answerWithin(PATIENCE_MS) },
    )
    .toArray();
  const byParent = Map.groupBy(found, ({ _id }) => _id);
  return new Map(ids.map((id) => [id, (byParent.get(id) ?? []).map(({ child }) => child)]));
}
