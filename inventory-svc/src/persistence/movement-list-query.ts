import { decodeCursor, page } from '@microshop/chassis/http/pagination';
import type { Db } from 'mongodb';
import Type from 'typebox';
import { type MovementDocument, movements } from '../application/collections.ts';
import type { ListMovements } from '../application/ports.ts';

const Cursor = Type.Integer({ description: 'Version of the stock after the movement' });

export const createListMovements =
  (db: Db): ListMovements =>
  async (sku, { limit, cursor }) => {
    const found = await db
      .collection<MovementDocument>(movements.name)
      .find({ sku, ...(cursor !== undefined && { version: { $lt: decodeCursor(cursor, Cursor) } }) })
      .sort({ version: -1 })
      .limit(limit + 1)
      .toArray();
    return page(found, limit, ({ version }) => version);
  };
