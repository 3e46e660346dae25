import { EmptyBody } from '@microshop/chassis/http/body';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Audit, Health, ProjectionHealth } from '../api/health.ts';
import type { Auditing } from '../health/auditing.ts';
import type { CollectHealth } from '../health/collect-health.ts';
import type { Poll } from '../live/poll.ts';
import { stream, streamed } from '../live/stream.ts';
import { readAnswers } from './answers.ts';
import type { Access } from './session.ts';

export type HealthParts = {
  collectHealth: CollectHealth;
  health: Poll<Health>;
  auditing: Auditing;
  /** Begins a rebuild, which goes on by itself. */
  startRebuild(): Promise<void>;
  access: Access;
};

const tags = ['health of the shop'];

export function healthRoutes(app: HttpServer, { collectHealth, health, auditing, startRebuild, access }: HealthParts): void {
  const onRequest = access.read;

  app.get(
    '/console/health',
    { onRequest, schema: { tags, summary: 'How each part is', response: { 200: Health, ...always, ...readAnswers } } },
    collectHealth,
  );

  app.get(
    '/console/health/events',
    { ...streamed, onRequest, schema: { tags, summary: 'How each part is, every 2 s (server-sent events of Health)' } },
    (_request, reply) => stream(app, reply, health.listen, (latest) => [latest]),
  );

  app.get(
    '/console/audit',
    { onRequest, schema: { tags, summary: 'What the last audit found', response: { 200: Audit, ...always, ...readAnswers } } },
    async () => auditing.last(),
  );

  app.post(
    '/console/audit',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({ tags, summary: 'Check the invariants now', body: EmptyBody, response: { 202: Audit, ...withBody } }),
    },
    async (_request, reply) => {
      auditing.soon();
      return reply.code(202).send(auditing.last());
    },
  );

  app.post(
    '/console/projection/rebuild',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Make the documents of orders and stock anew from the topics, while the present ones are shown',
        body: EmptyBody,
        response: { 202: ProjectionHealth, ...withBody, 409: problemResponse('`rebuild_running`') },
      }),
    },
    async (_request, reply) => {
      await startRebuild();
      return reply.code(202).send((await collectHealth()).projection);
    },
  );
}
