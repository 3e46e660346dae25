import { newUuid } from '@microshop/chassis/clock';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { collection } from '@microshop/chassis/store/store';
import type { Databases } from '../../databases.ts';
import { operator } from '../../dlt/actions.ts';
import { placeIn } from '../../dlt/shop.ts';
import type { Events, Proposal } from './proposals.ts';

/** What was published again, why and by whom. Written with the outbox row that carries it out; never removed. */
export type AuditRepair = {
  _id: string;
  by: string;
  at: Date;
  reasons: string[];
  outboxId: string;
  from: string;
  eventIds: readonly string[];
};
export const auditRepairCollection = collection<AuditRepair>('auditRepairs');

/**
 * Carries out what is safe: publishes events again that were committed and lost, with their own ids, through the service's own relay. Whoever
 * has handled them changes nothing. A row that has removed itself meanwhile is passed over. Answers how many events were published.
 */
export async function applyRepairs(databases: Databases, proposals: readonly Proposal[]): Promise<number> {
  let published = 0;
  for (const { events, reasons } of distinct(proposals)) published += await publishAgain(databases, events, reasons);
  return published;
}

type Deed = { events: Events; reasons: string[] };

/** Several findings may ask for the same. */
function distinct(proposals: readonly Proposal[]): Iterable<Deed> {
  const deeds = new Map<string, Deed>();
  for (const { publish = [], finding } of proposals)
    for (const events of publish) {
      const { service, outboxId, eventIds } = events;
      deeds
        .getOrInsertComputed([service, outboxId, ...eventIds].join('\n'), () => ({ events, reasons: [] }))
        .reasons.push(finding.sentence);
    }
  return deeds.values();
}

function publishAgain(databases: Databases, { service, outboxId, eventIds }: Events, reasons: string[]): Promise<number> {
  return placeIn(databases, service).transact(async (tx) => {
    const row = await tx.get(outboxCollection, outboxId);
    const events = (row?.events ?? []).filter(({ id, headers }) => eventIds.includes(String(headers.ce_id ?? id)));
    if (events.length === 0) return 0;
    for (const event of events) tx.publishRaw(event);
    tx.insert(auditRepairCollection, {
      _id: newUuid(),
      by: operator(),
      at: tx.now,
      reasons,
      outboxId: tx.outboxId,
      from: outboxId,
      eventIds,
    });
    return events.length;
  });
}
