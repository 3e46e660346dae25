import type { Broker } from '@microshop/chassis/kafka/broker';
import type { Collection, Document } from '@microshop/chassis/store/store';
import type { StockDocument } from '@microshop/inventory-svc/application/collections';
import type { Filter } from 'mongodb';
import { type Database, type Databases, onSnapshot, type Snapshot } from '../databases.ts';
import type { KafkaAddress } from '../running-stack.ts';
import type { Finding, InvariantId } from './rules/finding.ts';

/** What a run has found so far. */
export type Findings = {
  checked: Partial<Record<InvariantId, number>>;
  /** Wrong at the moment of one snapshot, and so wrong. */
  violations: Finding[];
  /** Wrong unless it is still under way. */
  suspicions: Finding[];
};

/** The level of a SKU that agreed with its ledger: what came before need not be added up again. */
export type Checkpoints = Map<string, StockDocument>;

export type AuditContext = {
  databases: Databases;
  broker: Pick<Broker, 'ends' | 'committed'>;
  kafka: KafkaAddress;
  /** Undefined: everything, else what has changed since then. */
  since: Date | undefined;
  checkpoints: Checkpoints;
  findings: Findings;
  /** Told how many of about how many were looked at. */
  onProgress(what: string, done: number, total: number): void;
};

export const count = ({ checked }: Findings, invariant: InvariantId, more: number): void => {
  checked[invariant] = (checked[invariant] ?? 0) + more;
};

/** UUIDv7 begin with their time in milliseconds. */
export const lowestIdAt = (at: Date): string =>
  Math.max(0, at.getTime())
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})(.{4})$/, '$1-$2');

const PAGE = 500;

/** Runs `work` on pages of documents, each on a snapshot of its own: all of a collection in the order of ids, or those with the given ids. */
export async function forEachPage<T extends Document>(
  database: Database,
  collection: Collection<T>,
  ids: readonly string[] | undefined,
  work: (documents: T[], snapshot: Snapshot) => Promise<void>,
): Promise<void> {
  let last: string | undefined;
  for (let page = 0; ; page++) {
    const chunk = ids?.slice(page * PAGE, (page + 1) * PAGE);
    if (chunk?.length === 0) return;
    const found = await onSnapshot(database, async (snapshot) => {
      const filter = chunk ? { _id: { $in: chunk } } : last === undefined ? {} : { _id: { $gt: last } };
      const documents = (await snapshot
        .find(collection, filter as Filter<T>, { sort: { _id: 1 }, limit: PAGE, batchSize: PAGE + 1 })
        .toArray()) as T[];
      if (documents.length > 0) await work(documents, snapshot);
      return documents;
    });
    last = found.at(-1)?._id;
    if (!chunk && found.length < PAGE) return;
  }
}

/** The documents with these ids, by id. */
export async function byId<T extends Document>(
  snapshot: Snapshot,
  collection: Collection<T>,
  ids: Iterable<string>,
): Promise<Map<string, T>> {
  const wanted = [...ids];
  if (wanted.length === 0) return new Map();
  const filter = { _id: { $in: wanted } } as Filter<T>;
  const documents = (await snapshot.find(collection, filter, { batchSize: wanted.length + 1 }).toArray()) as T[];
  return new Map(documents.map((document) => [document._id, document]));
}
