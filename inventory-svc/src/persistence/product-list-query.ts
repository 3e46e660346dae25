import { decodeCursor, page } from '@microshop/chassis/http/pagination';
import type { Db } from 'mongodb';
import Type from 'typebox';
import { type ProductDocument, products } from '../application/collections.ts';
import type { ListProducts } from '../application/ports.ts';

const Cursor = Type.Tuple([Type.Integer({ description: 'createdAt in milliseconds' }), Type.String({ description: 'SKU' })]);

export const createListProducts =
  (db: Db): ListProducts =>
  async ({ limit, cursor }) => {
    const found = await db
      .collection<ProductDocument>(products.name)
      .find(cursor === undefined ? {} : after(cursor))
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit + 1)
      .toArray();
    return page(found, limit, ({ createdAt, _id }) => [createdAt.getTime(), _id]);
  };

function after(cursor: string) {
  const [createdAtMs, sku] = decodeCursor(cursor, Cursor);
  const createdAt = new Date(createdAtMs);
  return { $or: [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: sku } }] };
}
