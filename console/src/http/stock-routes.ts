import { refused } from '@microshop/chassis/errors';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Sku } from '@microshop/contracts/values';
import Type from 'typebox';
import { StockHistory, StockHistoryQuery, StockPage, StockQuery, StockRow } from '../api/stock.ts';
import type { Poll } from '../live/poll.ts';
import { stream, streamed } from '../live/stream.ts';
import type { StockQueries } from '../persistence/stock-queries.ts';
import type { StockDocument } from '../projection/collections.ts';
import { readAnswers } from './answers.ts';
import type { Access } from './session.ts';
import { levelView, stockRow } from './stock-views.ts';

export type StockParts = { stock: StockQueries; changes: Poll<StockDocument[]>; lowStock: number; access: Access };

const tags = ['stock'];
const params = Type.Object({ sku: Sku });
const unknown = { 404: problemResponse('unknown_sku') };

export function stockRoutes(app: HttpServer, { stock, changes, lowStock, access }: StockParts): void {
  const onRequest = access.read;
  const rowOf = (document: StockDocument) => stockRow(document, lowStock);

  app.get(
    '/console/stock',
    {
      onRequest,
      schema: { tags, summary: 'Stock by SKU', querystring: StockQuery, response: { 200: StockPage, ...always, ...readAnswers } },
    },
    async ({ query: { search, low, limit, cursor } }) => {
      const filter = { ...(search && { search }), ...(low && { below: lowStock }) };
      const { data, nextCursor } = await stock.list(filter, { limit, ...(cursor !== undefined && { cursor }) });
      return { data: data.map(rowOf), nextCursor };
    },
  );

  app.get(
    '/console/stock/events',
    { ...streamed, onRequest, schema: { tags, summary: 'Stock, as it changes (server-sent events of StockRow)' } },
    async (_request, reply) => {
      const sent = new Map<string, string>();
      await stream(app, reply, changes.listen, (changed) => {
        const fresh = changed.filter((document) => sent.get(document._id) !== revisionOf(document));
        for (const document of fresh) sent.set(document._id, revisionOf(document));
        return fresh.map(rowOf);
      });
    },
  );

  app.get(
    '/console/stock/:sku',
    { onRequest, schema: { tags, summary: 'One SKU', params, response: { 200: StockRow, ...unknown, ...always, ...readAnswers } } },
    async ({ params: { sku } }) => {
      const found = await stock.find(sku);
      if (!found) throw unknownSku(sku);
      return rowOf(found);
    },
  );

  app.get(
    '/console/stock/:sku/history',
    {
      onRequest,
      schema: {
        tags,
        summary: 'Levels of a SKU as they were, of the last 30 days',
        params,
        querystring: StockHistoryQuery,
        response: { 200: StockHistory, ...unknown, ...always, ...readAnswers },
      },
    },
    async ({ params: { sku }, query: { from, limit } }) => {
      if (!(await stock.find(sku))) throw unknownSku(sku);
      const { levels, isWhole } = await stock.history(sku, { limit, ...(from !== undefined && { from: new Date(from) }) });
      return { sku, points: levels.map(levelView), isWhole };
    },
  );
}

const revisionOf = ({ version, productVersion }: StockDocument): string => `${version}/${productVersion}`;

const unknownSku = (sku: string) => refused(404, 'unknown_sku', `No topic has told of ${sku} yet.`);
