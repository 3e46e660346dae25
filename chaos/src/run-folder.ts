import type { Document } from '@microshop/chassis/store/store';
import type { ServiceName } from '@microshop/contracts';
import Type, { type Static } from 'typebox';

/**
 * A run on disk. Each `.jsonl` file has one entry a line and ends with `{"end":N}`, N being how many: a file cut short is known.
 *
 *   meta.json                          what was run: seed, versions, what it had to see
 *   history.jsonl                      what the clients asked and were told
 *   nemesis.jsonl                      what was done to the system, and what was really hit
 *   observed.jsonl                     what the consumers made of their records (Outcome.result), counted
 *   databases/<service>.<name>.jsonl   every collection of the three databases
 *   topics.jsonl, offsets.jsonl        every record on every topic; how far each group is
 *   replayed/                          databases, topics and offsets again, after everything was replayed
 *
 * Bytes that are UTF-8 are kept as text, others as `{"$bytes":"<base64>"}`; a date is `{"$date":"<ISO>"}`.
 */
export const FORMAT = 1;

/** `at` everywhere: milliseconds since 1970, from a clock of the runner that is never set. */
const At = Type.Number();

export const Meta = Type.Object({
  format: Type.Literal(FORMAT),
  seed: Type.Integer(),
  startedAt: Type.String(),
  /** Of Node, broker, database, and whatever else tells two runs apart. */
  versions: Type.Record(Type.String(), Type.String()),
  /** The services' settings that a rule needs. */
  settings: Type.Object({
    orderTimeoutMs: Type.Integer({ minimum: 1 }),
    holdTtlMs: Type.Integer({ minimum: 1 }),
    spendPerPoint: Type.Integer({ minimum: 1 }),
  }),
  /** How often something has to be seen, by its name in `counts` of the report; seen less often, the run has shown too little. */
  wanted: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
});
export type Meta = Static<typeof Meta>;

/** `ok`: it happened, as answered. `fail`: it surely had no effect. `info`: nobody knows. */
const historyTypes = ['invoke', 'ok', 'fail', 'info'] as const;

export const HistoryEntry = Type.Object({
  /** Of one call: its `invoke` and what it came to have the same. */
  op: Type.Integer({ minimum: 0 }),
  at: At,
  /** Who asks, one thing after the other. */
  client: Type.String(),
  type: Type.Enum([...historyTypes]),
  /** What is asked, a name of `operations`. */
  f: Type.String(),
  /** Of an `invoke` what was asked, else what was answered. */
  value: Type.Record(Type.String(), Type.Unknown()),
});
export type HistoryEntry = Static<typeof HistoryEntry>;

/** `hit`: it was seen to take effect (a process died at its crash point, a send was cut). A fault that was injected and never hit shows nothing. */
const nemesisPhases = ['inject', 'hit', 'heal', 'note'] as const;

export const NemesisEntry = Type.Object({
  /** Of one fault: its entries have the same. */
  fault: Type.Integer({ minimum: 0 }),
  at: At,
  class: Type.String(),
  phase: Type.Enum([...nemesisPhases]),
  target: Type.Optional(Type.String()),
  detail: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});
export type NemesisEntry = Static<typeof NemesisEntry>;

/** What the runner itself put on a topic and no service wrote: the header marks the record, its value is the record's own name. */
export const POISON_HEADER = 'microshop-chaos-poison';
export const POISON_CLASS = 'poison';
/** `detail` of a nemesis entry of this class and phase `hit`: what the broker took, and whether it has to become a dead letter. */
export const PoisonDetail = Type.Object({
  poison: Type.Array(Type.Object({ name: Type.String(), expect: Type.Enum(['dead', 'ignored']) })),
});
export type PoisonDetail = Static<typeof PoisonDetail>;

export const ObservedEntry = Type.Object({ service: Type.String(), result: Type.String(), count: Type.Integer({ minimum: 0 }) });
export type ObservedEntry = Static<typeof ObservedEntry>;

/** UTF-8 as text, other bytes as they are. */
export type Content = string | Uint8Array;
const Content = Type.Union([Type.String(), Type.Unsafe<Uint8Array>(Type.Refine(Type.Unknown(), (value) => value instanceof Uint8Array))]);

export const TopicRecord = Type.Object({
  topic: Type.String(),
  partition: Type.Integer({ minimum: 0 }),
  offset: Type.Integer({ minimum: 0 }),
  key: Type.Union([Content, Type.Null()]),
  value: Type.Union([Content, Type.Null()]),
  headers: Type.Record(Type.String(), Content),
  appendedAt: At,
});
export type TopicRecord = Static<typeof TopicRecord>;

export const GroupOffset = Type.Object({
  group: Type.String(),
  topic: Type.String(),
  partition: Type.Integer({ minimum: 0 }),
  /** The next record that the group will read, and the next that will be written. */
  committed: Type.Integer({ minimum: 0 }),
  end: Type.Integer({ minimum: 0 }),
});
export type GroupOffset = Static<typeof GroupOffset>;

export const StoredDocument = Type.Object({ _id: Type.String() });

export const services = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const satisfies readonly ServiceName[];

/** Of each service, every collection by name. */
export type Databases = Readonly<Record<ServiceName, Readonly<Record<string, readonly Document[]>>>>;
export type Dump = { databases: Databases; records: readonly TopicRecord[]; offsets: readonly GroupOffset[] };

export type Run = Dump & {
  meta: Meta;
  history: readonly HistoryEntry[];
  nemesis: readonly NemesisEntry[];
  observed: readonly ObservedEntry[];
  /** Absent where nothing was replayed. */
  replayed?: Dump;
};

export const fileNames = {
  meta: 'meta.json',
  history: 'history.jsonl',
  nemesis: 'nemesis.jsonl',
  observed: 'observed.jsonl',
  topics: 'topics.jsonl',
  offsets: 'offsets.jsonl',
  databases: 'databases',
  replayed: 'replayed',
} as const;

/** What was given is no whole run; the message says which file and line. */
export class RunFolderError extends Error {}
