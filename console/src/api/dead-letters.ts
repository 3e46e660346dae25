import Type, { type Static } from 'typebox';
import { Count, MaybeText, MaybeTime, ServiceName, Time } from './values.ts';

export const LetterStatus = Type.Enum(['dead', 'parked', 'replayed', 'discarded']);

export const Note = Type.Object({ noteId: Type.String(), groupId: Type.String(), text: Type.String(), by: Type.String(), at: Time });
export type Note = Static<typeof Note>;

/** Discarded, but not yet: it takes effect at `dueAt`, and can be taken back until then. Afterwards it is for good. */
export const Discard = Type.Object({
  discardId: Type.String(),
  groupId: MaybeText,
  letterIds: Type.Array(Type.String()),
  reason: Type.String(),
  by: Type.String(),
  at: Time,
  dueAt: Time,
  state: Type.Enum(['scheduled', 'undone', 'running', 'done']),
  done: Count,
});
export type Discard = Static<typeof Discard>;

/** A replay that goes on by itself; one at a time for each service. */
export const Job = Type.Object({
  jobId: Type.String(),
  service: ServiceName,
  groupId: MaybeText,
  by: Type.String(),
  startedAt: Time,
  endedAt: MaybeTime,
  state: Type.Enum(['running', 'done', 'stopped', 'failed']),
  total: Count,
  /** How many letters came to which end: replayed, failed, waits, silent, discarded, withdrawn, stopped. */
  counts: Type.Record(Type.String(), Count),
  /** The last 50 letters that did not come through, and why. */
  problems: Type.Array(Type.Object({ letterId: Type.String(), result: Type.String(), because: MaybeText })),
  error: MaybeText,
});
export type Job = Static<typeof Job>;

/** Letters that died the same way: one service, event type, status and error (ids and numbers left out). */
export const LetterGroup = Type.Object({
  groupId: Type.String({ description: 'Stable for service, event type, status and error' }),
  service: ServiceName,
  type: Type.String({ description: 'The event type, or unreadable' }),
  status: LetterStatus,
  error: Type.String(),
  count: Count,
  aside: Type.Integer({ minimum: 0, description: 'Put aside: a replay of the group passes them over' }),
  oldest: Time,
  newest: Time,
  topics: Type.Array(Type.String()),
  notes: Type.Array(Note),
  discard: Type.Union([Discard, Type.Null()], { description: 'The one that is scheduled' }),
  job: Type.Union([Job, Type.Null()], { description: 'The last replay of this group' }),
});
export type LetterGroup = Static<typeof LetterGroup>;
export const LetterGroups = Type.Object({ data: Type.Array(LetterGroup), dead: Count, parked: Count });
export type LetterGroups = Static<typeof LetterGroups>;

export const LettersQuery = Type.Object(
  {
    groupId: Type.Optional(Type.String({ maxLength: 64 })),
    service: Type.Optional(ServiceName),
    orderId: Type.Optional(Type.String({ maxLength: 36 })),
    status: Type.Optional(Type.Enum(['open', 'dead', 'parked', 'replayed', 'discarded', 'all'])),
  },
  { additionalProperties: false },
);

export const LetterRow = Type.Object({
  letterId: Type.String(),
  groupId: Type.String(),
  service: ServiceName,
  type: Type.String(),
  status: LetterStatus,
  code: Type.String(),
  error: Type.String(),
  orderId: MaybeText,
  topic: Type.String(),
  partition: Count,
  offset: Type.String(),
  key: MaybeText,
  attempts: Count,
  at: Time,
  aside: Type.Union([Type.Object({ note: Type.String(), by: Type.String(), at: Time }), Type.Null()]),
});
export type LetterRow = Static<typeof LetterRow>;
/** Oldest first, at most 200; `total` tells how many there are. */
export const LetterRows = Type.Object({ data: Type.Array(LetterRow), total: Count });
export type LetterRows = Static<typeof LetterRows>;

export const LetterAction = Type.Object({
  action: Type.Enum(['replay', 'discard', 'park', 'unpark']),
  by: Type.String(),
  at: Time,
  reason: MaybeText,
  outcome: MaybeText,
  detail: MaybeText,
});
export const LetterDetail = Type.Object({
  letter: LetterRow,
  headers: Type.Record(Type.String(), Type.String()),
  /** JSON where it is; else text, or `0x…`. null: a tombstone. */
  value: Type.Unknown(),
  park: Type.Array(Type.Object({ letterId: Type.String(), status: LetterStatus, type: Type.String() }), {
    description: 'What waits in its order, the first first',
  }),
  actions: Type.Array(LetterAction, { description: 'The trail, oldest first' }),
});
export type LetterDetail = Static<typeof LetterDetail>;

/** One letter, or all open letters of a group. */
export const Target = Type.Union([
  Type.Object({ letterId: Type.String({ minLength: 1, maxLength: 512 }) }, { additionalProperties: false }),
  Type.Object({ groupId: Type.String({ minLength: 1, maxLength: 64 }) }, { additionalProperties: false }),
]);
export type Target = Static<typeof Target>;

export const DryRunRequest = Type.Object(
  { target: Target, max: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'Letters to try' }) },
  { additionalProperties: false },
);
export type DryRunRequest = Static<typeof DryRunRequest>;
/** What a replay would do now. Nothing is done. */
export const DryRun = Type.Object({
  letters: Type.Array(
    Type.Object({
      letterId: Type.String(),
      orderId: MaybeText,
      end: Type.Enum(['would be done', 'would fail again', 'would wait']),
      words: Type.String(),
    }),
  ),
  skipped: Type.Array(Type.Object({ letterId: Type.String(), because: Type.String() })),
  total: Type.Integer({ minimum: 0, description: 'Letters that a replay would take; the first `max` were tried' }),
});
export type DryRun = Static<typeof DryRun>;

export const ReplayRequest = Type.Object(
  {
    target: Target,
    one: Type.Optional(Type.Boolean({ description: 'Try one first: the oldest letter only, without what waits behind it' })),
    max: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  { additionalProperties: false },
);
export type ReplayRequest = Static<typeof ReplayRequest>;

const Words = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' });
export const DiscardRequest = Type.Object({ target: Target, reason: Words }, { additionalProperties: false });
export type DiscardRequest = Static<typeof DiscardRequest>;
export const NoteRequest = Type.Object({ text: Words }, { additionalProperties: false });
export type NoteRequest = Static<typeof NoteRequest>;
export const AsideRequest = Type.Object(
  { letterId: Type.String({ maxLength: 512 }), note: Type.Union([Words, Type.Null()], { description: 'null takes it back' }) },
  { additionalProperties: false },
);
export type AsideRequest = Static<typeof AsideRequest>;
