import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { type OrderDocument, orders } from '@microshop/order-svc/application/collections';
import { type Databases, of, services } from '../../databases.ts';
import { lowestIdAt } from '../context.ts';
import { wholeTopics } from '../rules/delivery.ts';
import type { Finding } from '../rules/finding.ts';
import { type Clues, type Events, type Proposal, proposalOf } from './proposals.ts';

/** What would mend each of the findings, as the databases are now. */
export async function proposeRepairs(databases: Databases, findings: readonly Finding[]): Promise<Proposal[]> {
  const proposals: Proposal[] = [];
  for (const finding of findings)
    proposals.push(
      finding.subject.kind === 'order' ? proposalOf(finding, await cluesOf(databases, finding.subject.id)) : proposalOf(finding),
    );
  return proposals;
}

async function cluesOf(databases: Databases, orderId: string): Promise<Clues> {
  const letters = await Promise.all(
    services.map((service) =>
      of(databases[service], deadLetterCollection)
        .find({ orderId, status: { $in: ['dead', 'parked'] } }, { projection: { _id: 1 } })
        .toArray(),
    ),
  );
  const order = await of(databases['order-svc'], orders).findOne({ _id: orderId });
  return { letters: letters.flat().map(({ _id }) => _id), endings: order ? await endingsOf(databases, order) : [] };
}

/** An outbox row has the time of its state in its id, as near as the clock of one process is to itself. */
const NEAR_MS = 60_000;

async function endingsOf({ 'order-svc': database }: Databases, { _id, states }: OrderDocument): Promise<Events[]> {
  const decided = states.filter(({ status }) => status !== 'pending');
  if (decided.length === 0) return [];
  const near = decided.map(({ at }) => ({
    _id: { $gte: lowestIdAt(new Date(at.getTime() - NEAR_MS)), $lt: lowestIdAt(new Date(at.getTime() + NEAR_MS)) },
  }));
  const rows = await of(database, outboxCollection)
    .find({ $or: near, 'events.aggregateid': _id }, { projection: { 'events.payload': 0 } })
    .sort({ _id: 1 })
    .toArray();
  return rows
    .map((row) => ({
      service: 'order-svc' as const,
      outboxId: row._id,
      eventIds: row.events
        .filter(({ aggregateid, type, topic }) => aggregateid === _id && type !== 'OrderRequested' && wholeTopics.includes(topic))
        .map(({ id }) => id),
    }))
    .filter(({ eventIds }) => eventIds.length > 0);
}
