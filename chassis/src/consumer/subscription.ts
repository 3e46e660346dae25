import type { EventOf, EventType, Topic } from '@microshop/contracts';
import type { IncomingEvent } from '../events/event.ts';
import type { Collection, Document } from '../store/store.ts';
import type { Tx } from '../store/unit-of-work.ts';

/** A document that a handler will ask for, so that a batch reads all of them at once. */
export type Need = { collection: Collection<Document>; id: string };
export const need = <T extends Document>(collection: Collection<T>, id: string): Need => ({ collection, id });

/** Use cases get the event and the transaction: no topic, no offset, no Kafka object. */
export type Handle<Data> = (event: IncomingEvent<Data>, tx: Tx) => Promise<void>;

export type Handler<Data> = {
  handle: Handle<Data>;
  /** What `handle` reads first; leaving one out costs a round trip, never correctness. */
  needs?: (event: IncomingEvent<Data>) => readonly Need[];
  /**
   * The row under which the effect is found again and which never expires, in words (`reservation orderId:sku`). With it a duplicate is
   * the handler's to recognise; without it the inbox does.
   */
  naturalKey?: string;
  /** Applied before the other events of a batch: what gives back comes before what takes. */
  early?: boolean;
};

/** What one consumer listens to on one topic; events of the contract that are not in the table are not for it. */
export type Subscription = { readonly topic: Topic; readonly handlers: Readonly<Record<string, Handler<never>>> };

export const subscribe = <T extends Topic>(topic: T, handlers: { [K in EventType<T>]?: Handler<EventOf<T, K>> }): Subscription => ({
  topic,
  handlers: handlers as Record<string, Handler<never>>,
});
