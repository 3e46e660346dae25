import { refused } from '@microshop/chassis/errors';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import Type from 'typebox';
import { GroupRows, RecordsQuery, TopicDetail, TopicRecords, TopicRows } from '../api/topics.ts';
import type { Topics } from '../topics/topics.ts';
import { readAnswers } from './answers.ts';
import type { Access } from './session.ts';

const tags = ['topics'];
const params = Type.Object({ topic: Type.String({ pattern: '^[A-Za-z0-9._-]{1,249}$' }) });
const unknown = { 404: problemResponse('unknown_topic') };

export function topicRoutes(app: HttpServer, { topics, access }: { topics: Topics; access: Access }): void {
  const onRequest = access.read;

  app.get(
    '/console/topics',
    {
      onRequest,
      schema: { tags, summary: 'Topics, and how far behind their groups are', response: { 200: TopicRows, ...always, ...readAnswers } },
    },
    async () => ({ data: await topics.list() }),
  );

  app.get(
    '/console/topics/:topic',
    {
      onRequest,
      schema: { tags, summary: 'One topic by partition', params, response: { 200: TopicDetail, ...unknown, ...always, ...readAnswers } },
    },
    ({ params: { topic } }) => topics.detail(topic),
  );

  app.get(
    '/console/topics/:topic/records',
    {
      onRequest,
      schema: {
        tags,
        summary: 'Records by key, by partition and offset, or by time; else the newest. Nothing is committed',
        params,
        querystring: RecordsQuery,
        response: {
          200: TopicRecords,
          ...unknown,
          422: problemResponse('`offset_needs_partition`, `too_many_conditions`'),
          ...always,
          ...readAnswers,
        },
      },
    },
    ({ params: { topic }, query: { key, partition, offset, from, limit } }) => {
      if ((partition === undefined) !== (offset === undefined))
        throw refused(422, 'offset_needs_partition', 'Give partition and offset together.');
      const wanted = [
        ...(key === undefined ? [] : [{ key }]),
        ...(partition === undefined || offset === undefined ? [] : [{ partition, offset: BigInt(offset) }]),
        ...(from === undefined ? [] : [{ from: new Date(from) }]),
      ];
      if (wanted.length > 1) throw refused(422, 'too_many_conditions', 'Give a key, or partition and offset, or a time: one of them.');
      return topics.records(topic, wanted[0] ?? { newest: true }, limit);
    },
  );

  app.get(
    '/console/groups',
    {
      onRequest,
      schema: { tags, summary: 'Consumer groups: state, members, lag', response: { 200: GroupRows, ...always, ...readAnswers } },
    },
    async () => ({ data: await topics.groups() }),
  );
}
