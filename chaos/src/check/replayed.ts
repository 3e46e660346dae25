import { bellCollection } from '@microshop/chassis/outbox/bell';
import { leaseCollection } from '@microshop/chassis/outbox/lease';
import type { Document } from '@microshop/chassis/store/store';
import { encode } from '../run-folder/encoding.ts';
import { type Databases, services } from '../run-folder.ts';
import type { Sources } from './sources.ts';
import { about, type Violation } from './violation.ts';

/** Who publishes, and until when, and calls to it: each start of a process takes the lease anew, and rings. They say nothing of any event. */
const left: ReadonlySet<string> = new Set([leaseCollection.name, bellCollection.name]);

/** Everything that the topics hold was handled a second time: no document is another, none came and none went. */
export function* replayChangesNothing({ run: { databases, replayed } }: Sources): Generator<Violation, number> {
  if (!replayed) return 0;
  let checked = 0;
  for (const service of services)
    for (const name of new Set([...Object.keys(databases[service]), ...Object.keys(replayed.databases[service])])) {
      if (left.has(name)) continue;
      const [before, after] = [collectionOf(databases, service, name), collectionOf(replayed.databases, service, name)];
      checked += before.size;
      for (const id of new Set([...before.keys(), ...after.keys()]))
        yield* difference(`${service}.${name} ${id}`, before.get(id), after.get(id));
    }
  return checked;
}

const collectionOf = (databases: Databases, service: keyof Databases, name: string): ReadonlyMap<string, Document> =>
  new Map((databases[service][name] ?? []).map((document) => [document._id, document]));

function* difference(what: string, before: Document | undefined, after: Document | undefined): Generator<Violation> {
  const orderId = orderIdIn(before ?? after);
  const say = (sentence: string) => about('document', what, `${what} ${sentence}`, orderId);
  if (!before) return yield say('is there since everything was replayed');
  if (!after) return yield say('is gone since everything was replayed');
  if (encode(before) === encode(after)) return;
  const fieldOf = (document: Document, name: string) => (document as Record<string, unknown>)[name];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [encode(fieldOf(before, name)), encode(fieldOf(after, name))];
    if (was !== is) yield say(`has another ${name} since everything was replayed: ${was ?? 'nothing'} became ${is ?? 'nothing'}`);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** The order that a document tells of: it says so, or its id begins with it. */
function orderIdIn(document: object | undefined): string | undefined {
  const { orderId, _id } = (document ?? {}) as { orderId?: unknown; _id?: unknown };
  if (typeof orderId === 'string') return orderId;
  return typeof _id === 'string' ? UUID.exec(_id)?.[0] : undefined;
}
