import { decodeCursor, type PageOf, page } from '@microshop/chassis/http/pagination';
import type { Db, Filter } from 'mongodb';
import Type from 'typebox';
import type { CustomerDocument, MovementDocument, Projection } from '../projection/collections.ts';
import { childrenOf } from './children.ts';
import type { PageRequest } from './page-request.ts';

export type CustomerQueries = ReturnType<typeof createCustomerQueries>;

const Cursor = Type.Tuple([Type.Integer({ minimum: 0, maximum: 8.64e15 }), Type.String()]);

export const movementKey = ({ at, _id }: MovementDocument): [at: number, id: string] => [at.getTime(), _id];

export function createCustomerQueries(db: Db, projection: () => Projection) {
  const customers = () => db.collection<CustomerDocument>(projection().customers.name);

  return {
    find: (customerId: string): Promise<CustomerDocument | null> => customers().findOne({ _id: customerId }),
    findAll: (customerIds: readonly string[]): Promise<CustomerDocument[]> =>
      customers()
        .find({ _id: { $in: [...customerIds] } })
        .toArray(),
    /** A page of each customer's movements, newest first. */
    async movements(customerIds: readonly string[], { limit, cursor }: PageRequest): Promise<Map<string, PageOf<MovementDocument>>> {
      const found = await childrenOf(db, {
        parents: projection().customers,
        ids: customerIds,
        children: projection().movements,
        parentId: 'customerId',
        where: afterOf(cursor),
        sort: { at: -1, _id: -1 },
        limit: limit + 1,
      });
      return new Map([...found].map(([customerId, movements]) => [customerId, page(movements, limit, movementKey)]));
    },
  };
}

function afterOf(cursor: string | undefined): Filter<MovementDocument> {
  if (cursor === undefined) return {};
  const [time, id] = decodeCursor(cursor, Cursor);
  const at = new Date(time);
  return { $or: [{ at: { $lt: at } }, { at, _id: { $lt: id } }] };
}
