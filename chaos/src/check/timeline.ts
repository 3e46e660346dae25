import type { Document } from '@microshop/chassis/store/store';
import { encode } from '../run-folder/encoding.ts';
import type { TopicRecord } from '../run-folder.ts';
import type { Sources } from './sources.ts';
import { headerOf, placeOf } from './topics.ts';
import type { Violation } from './violation.ts';

/** One thing that happened, in words. */
type Moment = { at: number; text: string };

const LINES = 80;
const COLUMNS = 240;
const NOBODY_THERE = 'ECONNREFUSED';
/** How long before and after the story a fault is a part of it. */
const AROUND_MS = 3000;

/** The story of what is wrong, from all sources: what was asked and told, events, states in the databases, and the faults of that time. */
export function timelineOf(sources: Sources, { subject }: Violation): string[] {
  const words = wordsOf(sources, subject);
  if (words.length === 0) return [];
  const isTold = (text: string) => words.some((word) => text.includes(word));
  const heard = [...ofHistory(sources, isTold), ...ofTopics(sources, isTold)];
  const story = [...heard, ...ofDatabases(sources, isTold)];
  if (story.length === 0) return [];
  // A service's clock may have been set: what it wrote does not say when the story was.
  const times = (heard.length > 0 ? heard : story).map(({ at }) => at);
  const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const faults = ofNemesis(sources).filter(({ at }) => at >= from - AROUND_MS && at <= to + AROUND_MS);
  const moments = [...story, ...faults].sort((a, b) => a.at - b.at || (a.text < b.text ? -1 : 1));
  const lines = moments.map(({ at, text }) => clip(`${((at - from) / 1000).toFixed(3).padStart(9)} s  ${text}`));
  return lines.length > LINES ? [`(${lines.length - LINES} earlier lines left out)`, ...lines.slice(-LINES)] : lines;
}

/** By what the story of a subject is found: its order's id and the keys with which that was asked for, or its own id. */
function wordsOf({ idempotencyKeys }: Sources, { kind, id, orderId }: Violation['subject']): string[] {
  if (orderId !== undefined)
    return [orderId, ...idempotencyKeys.filter((key) => key.orderId === orderId).map(({ _id }) => `"key":${JSON.stringify(keyIn(_id))}`)];
  if (kind === 'key') return [`"key":${JSON.stringify(keyIn(id))}`];
  if (kind === 'sku' || kind === 'customer' || kind === 'discount') return [JSON.stringify(id)];
  return kind === 'event' || kind === 'record' || kind === 'document' ? [id] : [];
}

const keyIn = (idempotencyId: string): string => idempotencyId.slice(idempotencyId.indexOf('\n') + 1);

/** Without what nobody was there to hear. */
function ofHistory({ run: { history } }: Sources, isTold: (text: string) => boolean): Moment[] {
  const told = new Set(history.filter(({ value }) => isTold(JSON.stringify(value))).map(({ op }) => op));
  const unheard = new Set(history.filter(({ value }) => value.code === NOBODY_THERE).map(({ op }) => op));
  return history
    .filter(({ op }) => told.has(op) && !unheard.has(op))
    .map(({ at, op, client, type, f, value }) => ({ at, text: `client   ${client} op ${op} ${f} ${type} ${JSON.stringify(value)}` }));
}

function ofTopics({ run: { records } }: Sources, isTold: (text: string) => boolean): Moment[] {
  return records
    .filter((record) => isTold(textOf(record)))
    .map((record) => ({ at: record.appendedAt, text: `topic    ${placeOf(record)} ${textOf(record)}` }));
}

const textOf = (record: TopicRecord): string =>
  [
    headerOf(record, 'ce_type') ?? 'record',
    headerOf(record, 'ce_id'),
    `v${Number(headerOf(record, 'ce_sequence'))}`,
    `key ${JSON.stringify(String(record.key))}`,
    record.value,
  ].join(' ');

/** Bookkeeping that has no time of its own, or repeats what the topics tell. */
const silent = new Set(['outbox', 'inbox', 'leases']);

function ofDatabases({ run: { databases } }: Sources, isTold: (text: string) => boolean): Moment[] {
  return Object.entries(databases).flatMap(([service, collections]) =>
    Object.entries(collections)
      .filter(([name]) => !silent.has(name))
      .flatMap(([name, documents]) => documents.flatMap((document) => ofDocument(`database ${service}.${name}`, document, isTold))),
  );
}

/** An order tells its states one by one; of what has no time nothing can be told here. */
function ofDocument(where: string, document: Document, isTold: (text: string) => boolean): Moment[] {
  const { at, states } = document as { at?: unknown; states?: unknown };
  const text = encode(document);
  if (!isTold(text)) return [];
  if (Array.isArray(states)) return states.map((state) => ({ at: state.at.getTime(), text: `${where} ${document._id} ${encode(state)}` }));
  return at instanceof Date ? [{ at: at.getTime(), text: `${where} ${text}` }] : [];
}

const ofNemesis = ({ run: { nemesis } }: Sources): Moment[] =>
  nemesis
    .filter(({ phase }) => phase !== 'note')
    .map(({ at, class: name, phase, target, detail }) => ({
      at,
      text: `FAULT    ${[name, phase, target, detail && JSON.stringify(detail)].filter((part) => part !== undefined).join(' ')}`,
    }));

const clip = (line: string): string => (line.length > COLUMNS ? `${line.slice(0, COLUMNS)}…` : line);
