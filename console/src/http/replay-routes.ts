import { refused } from '@microshop/chassis/errors';
import { EmptyBody } from '@microshop/chassis/http/body';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import type { ServiceName } from '@microshop/contracts';
import { dryRun } from '@microshop/tools/dlt/dry-run';
import type { LetterHead } from '@microshop/tools/dlt/letters';
import { planFor } from '@microshop/tools/dlt/plan-for';
import Type from 'typebox';
import { Discard, DiscardRequest, DryRun, DryRunRequest, Job, ReplayRequest, type Target } from '../api/dead-letters.ts';
import { lettersOfTarget } from '../letters/find.ts';
import type { Shop } from '../letters/shop.ts';
import { readAnswers } from './answers.ts';
import type { LetterParts } from './letter-routes.ts';
import { signatureOf } from './session.ts';

const tags = ['dead letters'];
const JobPath = Type.Object({ jobId: Type.String({ maxLength: 64 }) });
const DiscardPath = Type.Object({ discardId: Type.String({ maxLength: 64 }) });
const unknownTarget = { 404: problemResponse('unknown_letter, unknown_group') };

const ends = { dead: 'would fail again', parked: 'would wait' } as const;

/** Handling dead letters again, and dropping them. */
export function replayRoutes(app: HttpServer, { shops, jobs, discards, env, access }: LetterParts): void {
  async function planOf(shop: Shop, target: Target, { one = false, max = Number.POSITIVE_INFINITY }: { one?: boolean; max?: number }) {
    const leaving = new Set((await discards.scheduled()).flatMap(({ letterIds }) => letterIds));
    const letters = (await lettersOfTarget(shop, target)).filter(({ _id }) => !leaving.has(_id));
    const matched = one ? letters.slice(0, 1) : letters;
    return { matched, plan: await planFor(shop, matched, { named: 'letterId' in target, one, max }) };
  }

  app.post(
    '/console/dead-letters/dry-run',
    {
      onRequest: access.read,
      schema: {
        tags,
        summary: 'What a replay would do now; nothing is done',
        body: DryRunRequest,
        response: { 200: DryRun, ...unknownTarget, ...withBody, ...readAnswers },
      },
    },
    async ({ body: { target, max } }) => {
      const shop = await shops.shop();
      const [{ plan: whole }, { plan }] = [await planOf(shop, target, {}), await planOf(shop, target, { max })];
      const letters: DryRun['letters'] = [];
      for await (const { letter, result, words } of dryRun(shop, plan.chains, env)) {
        const end = result === 'dead' || result === 'parked' ? ends[result] : 'would be done';
        letters.push({ letterId: letter._id, orderId: letter.orderId ?? null, end, words });
      }
      const skipped = plan.skipped.map(({ letter, because }) => ({ letterId: letter._id, because }));
      return { letters, skipped, total: whole.chains.flat().length };
    },
  );

  app.post(
    '/console/dead-letters/replay',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Handle letters again, in order; it goes on by itself',
        body: ReplayRequest,
        response: { 202: Job, ...unknownTarget, 409: problemResponse('`replay_running`, `nothing_to_replay`'), ...withBody },
      }),
    },
    async (request, reply) => {
      const { target, one, max } = request.body;
      const shop = await shops.shop();
      const { plan, matched } = await planOf(shop, target, { ...(one && { one }), ...(max !== undefined && { max }) });
      if (plan.chains.length === 0) throw nothingToReplay(plan.skipped[0]?.because);
      const { group } = matched[0] as LetterHead;
      const groupId = 'groupId' in target ? target.groupId : null;
      return reply.code(202).send(await jobs.start(shop, { service: group as ServiceName, groupId, by: signatureOf(request), plan }));
    },
  );

  app.get(
    '/console/dead-letters/jobs',
    {
      onRequest: access.read,
      schema: {
        tags,
        summary: 'Replays, newest first',
        response: { 200: Type.Object({ data: Type.Array(Job) }), ...always, ...readAnswers },
      },
    },
    async () => ({ data: await jobs.list() }),
  );

  app.get(
    '/console/dead-letters/jobs/:jobId',
    {
      onRequest: access.read,
      schema: {
        tags,
        summary: 'How far a replay is',
        params: JobPath,
        response: { 200: Job, 404: problemResponse('unknown_job'), ...always, ...readAnswers },
      },
    },
    async ({ params: { jobId } }) => {
      await jobs.endAbandoned();
      const job = await jobs.find(jobId);
      if (!job) throw refused(404, 'unknown_job', `There is no replay ${jobId}.`);
      return job;
    },
  );

  app.post(
    '/console/dead-letters/jobs/:jobId/stop',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Send nothing more of a replay',
        params: JobPath,
        body: EmptyBody,
        response: { 200: Job, 404: problemResponse('unknown_job'), ...withBody },
      }),
    },
    ({ params: { jobId } }) => jobs.halt(jobId),
  );

  app.post(
    '/console/dead-letters/discards',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Drop letters for good, after a while in which that can be taken back',
        body: DiscardRequest,
        response: { 202: Discard, ...unknownTarget, 409: problemResponse('`nothing_to_discard`'), ...withBody },
      }),
    },
    async (request, reply) => {
      const { target, reason } = request.body;
      const open = (await lettersOfTarget(await shops.shop(), target)).filter(({ status }) => status === 'dead' || status === 'parked');
      if (open.length === 0) throw refused(409, 'nothing_to_discard', 'The letter was replayed or discarded already.');
      const groupId = 'groupId' in target ? target.groupId : null;
      return reply.code(202).send(await discards.schedule({ groupId, letters: open, reason: reason.trim(), by: signatureOf(request) }));
    },
  );

  app.get(
    '/console/dead-letters/discards',
    {
      onRequest: access.read,
      schema: {
        tags,
        summary: 'Discards, newest first',
        response: { 200: Type.Object({ data: Type.Array(Discard) }), ...always, ...readAnswers },
      },
    },
    async () => ({ data: await discards.list() }),
  );

  app.post(
    '/console/dead-letters/discards/:discardId/undo',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Take a discard back, before it takes effect',
        params: DiscardPath,
        body: EmptyBody,
        response: { 200: Discard, 404: problemResponse('unknown_discard'), 409: problemResponse('`discard_done`: too late'), ...withBody },
      }),
    },
    ({ params: { discardId } }) => discards.undo(discardId),
  );
}

const nothingToReplay = (because: string | undefined) =>
  refused(
    409,
    'nothing_to_replay',
    because ? `Nothing can be replayed: it ${because}.` : 'Nothing can be replayed: a discard of it is under way.',
  );
