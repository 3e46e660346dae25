import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import type { DeadLetterAction } from '@microshop/chassis/consumer/dead-letter-action';
import type { ServiceName } from '@microshop/contracts';
import { plainOf } from '@microshop/tools/dlt/groups';
import { type LetterHead, typeOf } from '@microshop/tools/dlt/letters';
import { plainOfShown } from '@microshop/tools/dlt/show';
import type { Discard, Job, LetterDetail, LetterGroup, LetterRow, Note } from '../api/dead-letters.ts';
import { type Grouped, groupIdOf } from './find.ts';

export function letterRow(letter: LetterHead): LetterRow {
  const { _id: letterId, status, code, error, topic, partition, offset, attempts, at, aside, orderId } = letter;
  return {
    letterId,
    groupId: groupIdOf(letter),
    service: letter.group as ServiceName,
    type: typeOf(letter),
    status,
    code,
    error,
    orderId: orderId ?? null,
    topic,
    partition,
    offset,
    key: plainOf(letter).key,
    attempts,
    at: at.toISOString(),
    aside: aside ? { ...aside, at: aside.at.toISOString() } : null,
  };
}

export type Around = { notes: readonly Note[]; discards: readonly Discard[]; jobs: readonly Job[] };

export function groupView(group: Grouped, { notes, discards, jobs }: Around): LetterGroup {
  const { groupId, group: service, type, status, error, count, aside, oldest, newest, topics, ids } = group;
  const own = new Set(ids);
  return {
    groupId,
    service: service as ServiceName,
    type,
    status: status as LetterGroup['status'],
    error,
    count,
    aside,
    oldest: oldest.toISOString(),
    newest: newest.toISOString(),
    topics,
    notes: notes.filter((note) => note.groupId === groupId),
    discard: discards.find(({ letterIds }) => letterIds.some((id) => own.has(id))) ?? null,
    job: jobs.find((job) => job.groupId === groupId) ?? null,
  };
}

export function letterDetail(letter: DeadLetter, queue: readonly LetterHead[], actions: readonly DeadLetterAction[]): LetterDetail {
  const { headers, value } = plainOfShown({ letter, queue, actions });
  return {
    letter: letterRow(letter),
    headers: Object.fromEntries(Object.entries(headers).map(([name, content]) => [name, textOf(content)])),
    value: isHex(value) ? `0x${value.hex}` : value,
    park: queue.map((waiting) => ({ letterId: waiting._id, status: waiting.status, type: typeOf(waiting) })),
    actions: actions.map(({ action, by, at, reason, outcome, detail }) => ({
      action,
      by,
      at: at.toISOString(),
      reason: reason ?? null,
      outcome: outcome ?? null,
      detail: detail ?? null,
    })),
  };
}

type Hex = { hex: string };
const textOf = (content: string | Hex): string => (typeof content === 'string' ? content : `0x${content.hex}`);
const isHex = (value: unknown): value is Hex => typeof value === 'object' && value !== null && Object.keys(value).join() === 'hex';
