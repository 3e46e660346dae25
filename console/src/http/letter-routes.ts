import { newUuid, systemClock } from '@microshop/chassis/clock';
import { refused } from '@microshop/chassis/errors';
import { operatorSchema } from '@microshop/chassis/http/operator';
import { problemResponse } from '@microshop/chassis/http/problem';
import { always, withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { actionsOf } from '@microshop/tools/dlt/actions';
import { findLetters, lettersById, queuesOf } from '@microshop/tools/dlt/letters';
import { setAside } from '@microshop/tools/dlt/settle';
import Type from 'typebox';
import { AsideRequest, LetterDetail, LetterGroups, LetterRow, LetterRows, LettersQuery, Note, NoteRequest } from '../api/dead-letters.ts';
import type { Discards } from '../letters/discards.ts';
import { grouped, groupIdOf, letterById, statusesOf } from '../letters/find.ts';
import type { Jobs } from '../letters/jobs.ts';
import type { ShopSource } from '../letters/shop.ts';
import { groupView, letterDetail, letterRow } from '../letters/views.ts';
import type { NoteStore } from '../persistence/letter-stores.ts';
import { readAnswers } from './answers.ts';
import { type Access, signatureOf } from './session.ts';

export type LetterParts = { shops: ShopSource; jobs: Jobs; discards: Discards; notes: NoteStore; env: NodeJS.ProcessEnv; access: Access };

const tags = ['dead letters'];
const MAX_ROWS = 200;
const GroupPath = Type.Object({ groupId: Type.String({ minLength: 1, maxLength: 64 }) });

/** Looking at dead letters, and what is said of them. */
export function letterRoutes(app: HttpServer, { shops, jobs, discards, notes, access }: LetterParts): void {
  const onRequest = access.read;

  app.get(
    '/console/dead-letters',
    {
      onRequest,
      schema: {
        tags,
        summary: 'Dead letters in groups, the most first',
        querystring: LettersQuery,
        response: { 200: LetterGroups, ...always, ...readAnswers },
      },
    },
    async ({ query: { service, status } }) => {
      const letters = await findLetters(await shops.shop(), { statuses: statusesOf(status), ...(service && { group: service }) });
      const groups = grouped(letters);
      const around = {
        notes: await notes.of(groups.map(({ groupId }) => groupId)),
        discards: await discards.scheduled(),
        jobs: await jobs.list(),
      };
      const countOf = (wanted: string) => letters.filter((letter) => letter.status === wanted).length;
      return { data: groups.map((group) => groupView(group, around)), dead: countOf('dead'), parked: countOf('parked') };
    },
  );

  app.get(
    '/console/dead-letters/letters',
    {
      onRequest,
      schema: {
        tags,
        summary: 'Dead letters, oldest first',
        querystring: LettersQuery,
        response: { 200: LetterRows, ...always, ...readAnswers },
      },
    },
    async ({ query: { groupId, service, orderId, status } }) => {
      const filter = {
        statuses: statusesOf(status ?? (groupId ? 'all' : undefined)),
        ...(service && { group: service }),
        ...(orderId && { order: orderId }),
      };
      const found = (await findLetters(await shops.shop(), filter)).filter((letter) => !groupId || groupIdOf(letter) === groupId);
      return { data: found.slice(0, MAX_ROWS).map(letterRow), total: found.length };
    },
  );

  app.get(
    '/console/dead-letters/letters/:letterId',
    {
      onRequest,
      schema: {
        tags,
        summary: 'One letter: content, error, what waits behind it, what was done with it',
        params: Type.Object({ letterId: Type.String({ minLength: 1, maxLength: 512 }) }),
        response: { 200: LetterDetail, 404: problemResponse('unknown_letter'), ...always, ...readAnswers },
      },
    },
    async ({ params: { letterId } }) => {
      const shop = await shops.shop();
      const letter = await letterById(shop, letterId);
      const queue = (await queuesOf(shop, [letter])).get(letter.parkedUnder ?? '') ?? [];
      const waiting = new Map((await lettersById(shop, queue)).map((each) => [each._id, each]));
      return letterDetail(
        letter,
        queue.flatMap((id) => waiting.get(id) ?? []),
        await actionsOf(shop.placeOf(letter.group), letter._id),
      );
    },
  );

  app.post(
    '/console/dead-letters/groups/:groupId/notes',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Note something on a group',
        params: GroupPath,
        body: NoteRequest,
        response: { 201: Note, ...withBody },
      }),
    },
    async (request, reply) => {
      const { groupId } = request.params;
      const note = {
        noteId: newUuid(),
        groupId,
        text: request.body.text.trim(),
        by: signatureOf(request),
        at: systemClock.now().toISOString(),
      };
      await notes.add(note);
      return reply.code(201).send(note);
    },
  );

  app.delete(
    '/console/dead-letters/groups/:groupId/notes/:noteId',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Remove a note',
        params: Type.Object({ ...GroupPath.properties, noteId: Type.String({ maxLength: 64 }) }),
        response: { 204: Type.Null(), 404: problemResponse('unknown_note'), ...always },
      }),
    },
    async ({ params: { noteId } }, reply) => {
      if (!(await notes.remove(noteId))) throw refused(404, 'unknown_note', 'This note is not there any more.');
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/console/dead-letters/aside',
    {
      onRequest: app.requireOperator,
      schema: operatorSchema({
        tags,
        summary: 'Put a letter aside, with a note, or take it back',
        body: AsideRequest,
        response: {
          200: LetterRow,
          404: problemResponse('unknown_letter'),
          409: problemResponse('`not_open`: settled, or not aside'),
          ...withBody,
        },
      }),
    },
    async (request) => {
      const { letterId, note } = request.body;
      const shop = await shops.shop();
      const letter = await letterById(shop, letterId);
      if (!(await setAside(shop.placeOf(letter.group), letter._id, signatureOf(request), note?.trim())))
        throw refused(409, 'not_open', `The letter is ${letter.status}, or was not aside: nothing was changed.`);
      return letterRow(await letterById(shop, letter._id));
    },
  );
}
