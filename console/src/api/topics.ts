import Type, { type Static } from 'typebox';
import { Lag } from './health.ts';
import { Count, MaybeText, Time } from './values.ts';

export const TopicRow = Type.Object({
  name: Type.String(),
  kind: Type.Enum(['events', 'dead-letters', 'other']),
  /** What the contract says; null for a topic that is none of the shop's. */
  key: MaybeText,
  owner: MaybeText,
  partitions: Count,
  records: Type.Integer({ minimum: 0, description: 'Between the oldest and the next offset of all partitions' }),
  groups: Type.Array(Type.Object({ group: Type.String(), lag: Lag })),
});
export type TopicRow = Static<typeof TopicRow>;
export const TopicRows = Type.Object({ data: Type.Array(TopicRow) });
export type TopicRows = Static<typeof TopicRows>;

export const TopicPartition = Type.Object({
  partition: Count,
  oldest: Type.String({ description: 'Offset' }),
  next: Type.String({ description: 'Offset of the next record' }),
  records: Count,
  groups: Type.Array(Type.Object({ group: Type.String(), committed: MaybeText, lag: Count })),
});
export const TopicDetail = Type.Object({ topic: TopicRow, partitions: Type.Array(TopicPartition) });
export type TopicDetail = Static<typeof TopicDetail>;

/** One of: `key`; `partition` and `offset`; `from` (a time); or none: the newest records. */
export const RecordsQuery = Type.Object(
  {
    key: Type.Optional(Type.String({ maxLength: 512, description: 'Records of this key, the newest last' })),
    partition: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    offset: Type.Optional(Type.String({ pattern: '^\\d{1,19}$' })),
    from: Type.Optional(Time),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);
export type RecordsQuery = Static<typeof RecordsQuery>;

export const TopicRecord = Type.Object({
  topic: Type.String(),
  partition: Count,
  offset: Type.String(),
  appendedAt: Time,
  key: MaybeText,
  type: MaybeText,
  orderId: MaybeText,
  headers: Type.Record(Type.String(), Type.String()),
  /** JSON where it is; else text, or `0x…`. null: a tombstone. */
  value: Type.Unknown(),
  bytes: Count,
});
export type TopicRecord = Static<typeof TopicRecord>;
export const TopicRecords = Type.Object({
  records: Type.Array(TopicRecord),
  scanned: Type.Integer({ minimum: 0, description: 'Records that were looked at' }),
  isWhole: Type.Boolean({ description: 'False: the search ended at its bound of records or time; narrow it, or give a later offset' }),
});
export type TopicRecords = Static<typeof TopicRecords>;

export const GroupRow = Type.Object({
  group: Type.String(),
  state: Type.String({ examples: ['Stable', 'Empty', 'PreparingRebalance'] }),
  members: Type.Array(Type.Object({ client: Type.String(), host: Type.String(), partitions: Count })),
  lag: Lag,
  topics: Type.Array(Type.String()),
});
export type GroupRow = Static<typeof GroupRow>;
export const GroupRows = Type.Object({ data: Type.Array(GroupRow) });
export type GroupRows = Static<typeof GroupRows>;
