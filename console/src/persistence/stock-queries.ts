import { decodeCursor, type PageOf, page } from '@microshop/chassis/http/pagination';
import type { Db, Filter } from 'mongodb';
import Type from 'typebox';
import type { LevelDocument, Projection, StockDocument } from '../projection/collections.ts';
import { childrenOf } from './children.ts';
import type { PageRequest } from './page-request.ts';

export type StockFilter = { search?: string /** Active products with fewer available. */; below?: number };

export type StockQueries = ReturnType<typeof createStockQueries>;

/** Of one look; a catalogue that changes faster is read by its list. */
const MAX_CHANGED = 1000;

const Cursor = Type.Tuple([Type.String()]);
const LevelCursor = Type.Tuple([Type.Integer({ minimum: 0 })]);

export const stockKey = ({ _id }: StockDocument): [sku: string] => [_id];
export const levelKey = ({ version }: LevelDocument): [version: number] => [version];

export function createStockQueries(db: Db, projection: () => Projection) {
  const stock = () => db.collection<StockDocument>(projection().stock.name);
  const levels = () => db.collection<LevelDocument>(projection().levels.name);

  return {
    async list(filter: StockFilter, { limit, cursor }: PageRequest): Promise<PageOf<StockDocument>> {
      const after: Filter<StockDocument> = cursor === undefined ? {} : { _id: { $gt: decodeCursor(cursor, Cursor)[0] } };
      const found = await stock()
        .find({ $and: [queryOf(filter), after] })
        .sort({ _id: 1 })
        .limit(limit + 1)
        .toArray();
      return page(found, limit, stockKey);
    },
    find: (sku: string): Promise<StockDocument | null> => stock().findOne({ _id: sku }),
    changedSince: (at: Date): Promise<StockDocument[]> =>
      stock()
        .find({ changedAt: { $gte: at } })
        .limit(MAX_CHANGED)
        .toArray(),
    /** The newest levels, the oldest of them first. */
    async history(sku: string, { from, limit }: { from?: Date; limit: number }): Promise<{ levels: LevelDocument[]; isWhole: boolean }> {
      const found = await levels()
        .find({ sku, ...(from && { at: { $gte: from } }) })
        .sort({ version: -1 })
        .limit(limit + 1)
        .toArray();
      return { levels: found.slice(0, limit).reverse(), isWhole: found.length <= limit };
    },
    /** A page of each SKU's levels, newest first. */
    async histories(skus: readonly string[], { limit, cursor }: PageRequest): Promise<Map<string, PageOf<LevelDocument>>> {
      const found = await childrenOf(db, {
        parents: projection().stock,
        ids: skus,
        children: projection().levels,
        parentId: 'sku',
        where: cursor === undefined ? {} : { version: { $lt: decodeCursor(cursor, LevelCursor)[0] } },
        sort: { version: -1 },
        limit: limit + 1,
      });
      return new Map([...found].map(([sku, levels]) => [sku, page(levels, limit, levelKey)]));
    },
  };
}

function queryOf({ search, below }: StockFilter): Filter<StockDocument> {
  const pattern = search === undefined ? undefined : RegExp.escape(search);
  return {
    ...(pattern !== undefined && {
      $or: [{ _id: { $regex: `^${pattern}`, $options: 'i' } }, { name: { $regex: pattern, $options: 'i' } }],
    }),
    ...(below !== undefined && { available: { $lt: below }, active: { $ne: false } }),
  };
}
