import type { Static, TObject } from 'typebox';

/** Name of a service that owns a topic or consumes it; also its consumer group. */
export type ServiceName = 'order-svc' | 'inventory-svc' | 'loyalty-svc';

/** Event type to the schema of its data on one topic. A type may carry other data on another topic. */
export type EventSchemas = Record<string, TObject>;

/**
 * A topic: who writes it, what its key is, and the schema of each event on it.
 * Guarantee: records of one key are written in the order of their aggregate's versions, at least once.
 */
export type Topic<Events extends EventSchemas = EventSchemas> = {
  readonly name: string;
  readonly owner: ServiceName;
  readonly consumers: readonly ServiceName[];
  /** Field of the data that is the record's key. */
  readonly key: string;
  /** Fixed for the life of the topic: another count maps keys to other partitions and breaks their order. */
  readonly partitions: number;
  /** Either a window of 30 days, or the last state of each key for ever. */
  readonly retention: '30 days' | 'compacted';
  /** Schema version of every event here; a breaking change makes a new topic or a new event type beside the old. */
  readonly version: number;
  readonly events: Events;
};

/** How long records of a topic with a window are kept. */
export const RETENTION_MS = 30 * 24 * 3_600_000;

export const defineTopic = <const Events extends EventSchemas>(topic: Topic<Events>): Topic<Events> => topic;

export type EventType<T extends Topic> = Extract<keyof T['events'], string>;
export type EventOf<T extends Topic, K extends EventType<T>> = Static<T['events'][K]>;

/** Where records go that `group` could not handle; the original key, value and headers are kept. */
export const deadLetterTopic = (topic: string, group: string): string => `${topic}.${group}-dlt`;

/** CloudEvents `dataschema` of an event: a URN, so that it names no host. */
export const schemaUrn = (topic: Topic, type: string): string => `urn:microshop:${topic.name}:${type}:v${topic.version}`;
