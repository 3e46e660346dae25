import type { ServiceName } from '@microshop/contracts';
import { printable } from '../../dlt/words.ts';
import type { Fault, Finding } from '../rules/finding.ts';

/** Events that an outbox row still holds. */
export type Events = { service: ServiceName; outboxId: string; eventIds: readonly string[] };

/** What is known of a finding's order beside the finding. */
export type Clues = {
  /** Open dead letters. */
  letters: readonly string[];
  /** What ended or confirmed it, as far as the outbox still has it. */
  endings: readonly Events[];
};

/** What would mend a finding. `publish` has one effect however often it is done; the rest is for a person to do. */
export type Proposal = { finding: Finding; words: string; call?: string; publish?: readonly Events[] };

type Mend = Omit<Proposal, 'finding'>;

export function proposalOf(finding: Finding, clues: Clues = { letters: [], endings: [] }): Proposal {
  return { finding, ...(waysOut(finding, clues) ?? byHand(finding.subject.id, finding.fault)) };
}

/** What the system itself can still do for an order: handle what is dead, or hear its ending again. */
function waysOut({ subject, fault, invariant }: Finding, { letters, endings }: Clues): Mend | undefined {
  if (subject.kind !== 'order' || (invariant !== 'agreement' && fault.kind !== 'order_stuck')) return undefined;
  if (letters.length > 0)
    return {
      words: 'An event of it is a dead letter: mend the cause, then replay it.',
      call: `npm run dlt -- replay --order ${subject.id}`,
    };
  if (invariant === 'agreement' && endings.length > 0)
    return { words: 'Publish what ended or confirmed it again, from the outbox.', publish: endings };
  return undefined;
}

const makesGood = 'The finding stays, for the past is not rewritten.';
const pastTheService = 'No endpoint mends what was written past the service: stop it, keep a copy, write this, start it again.';

function byHand(id: string, fault: Fault): Mend {
  switch (fault.kind) {
    case 'level_negative':
      return fault.level.available < 0
        ? { words: 'Sell no more of it and count it; this puts in what is missing.', call: adjustStock(id, -fault.level.available, id) }
        : { words: 'Sell no more of it, count it, and restore the level from a copy.' };
    case 'level_not_ledger':
      return { words: pastTheService, call: write('inventory_svc', 'stock', id, { $set: fault.ledger }) };
    case 'level_not_promised':
      return { words: 'A reservation or a hold was changed past the service: what else is found of its orders says which.' };
    case 'ledger_gap':
      return { words: 'Rows of the ledger were lost or added past the service: restore them from a copy.' };
    case 'balance_not_ledger': {
      const account = { ledgerSum: fault.sum, balance: Math.max(0, fault.sum) };
      return { words: pastTheService, call: write('loyalty_svc', 'customers', id, { $set: account }) };
    }
    case 'points_not_ledger':
      return fault.customerId === undefined || fault.missing === 0
        ? { words: 'Rows of the ledger were lost or added past the service: restore them from a copy.' }
        : { words: `This puts the balance right. ${makesGood}`, call: adjustPoints(fault.customerId, fault.missing, id) };
    case 'order_path':
    case 'order_price':
      return {
        words: 'An order is never rewritten: compare it with its events, and cancel it if it is wrong.',
        call: `npm run events -- ${id}`,
      };
    case 'order_stuck':
      return {
        words: 'See that order-svc runs, which times it out; this cancels it, and gives back what it took.',
        call: `POST /orders/${id}/cancel`,
      };
    case 'line_not_sold':
      return fault.isReserved
        ? { words: `Its units are kept for it, and are not for sale: nothing is lost. ${makesGood}` }
        : { words: `This takes its units out of what is for sale. ${makesGood}`, call: adjustStock(fault.sku, -fault.quantity, id) };
    case 'line_kept':
    case 'hold_kept':
    case 'no_order':
      return { words: `This puts as many units up for sale again. ${makesGood}`, call: adjustStock(fault.sku, fault.quantity, id) };
    case 'points_not_earned':
      return { words: `Reckon what it earns, and give it with POST /customers/:customerId/points. ${makesGood}` };
    case 'points_differ':
      return { words: `This takes what was redeemed. ${makesGood}`, call: adjustPoints(fault.customerId, -fault.missing, id) };
    case 'points_kept':
      return { words: `This puts the balance right. ${makesGood}`, call: adjustPoints(fault.customerId, fault.points, id) };
    case 'event_not_published':
      return fault.refused
        ? { words: 'The broker refuses it: raise max.message.bytes of its topic; the next try, within 30 s, sends it.' }
        : { words: `It waits in the outbox: see that ${fault.service} runs, and Kafka.` };
    case 'event_lost':
      return {
        words: 'Publish it again, from its outbox row.',
        publish: [{ service: fault.service, outboxId: fault.outboxId, eventIds: [id] }],
      };
    case 'event_uncommitted':
      return {
        words: `The database of ${fault.service} was set back behind the topics, or somebody else has published it: restore the database.`,
      };
    case 'key_count':
      return { words: 'An order and its key are written together: restore order_svc from a copy.' };
    case 'discount_uses':
      return { words: pastTheService, call: write('order_svc', 'discounts', id, { $inc: { uses: fault.counted - fault.uses } }) };
    default:
      return fault satisfies never;
  }
}

/** With a key of its own, so that it happens once. */
const adjust = (path: string, change: number, about: string): string =>
  `POST ${path} ${JSON.stringify({ change, reason: `audit: ${about}` })} with Idempotency-Key: audit-${about}`;
const adjustStock = (sku: string, change: number, about: string): string =>
  adjust(`/products/${encodeURIComponent(sku)}/stock`, change, about);
const adjustPoints = (customerId: string, change: number, about: string): string =>
  adjust(`/customers/${encodeURIComponent(customerId)}/points`, change, about);

const write = (database: string, collection: string, id: string, update: object): string =>
  `in ${database}: db.${collection}.updateOne(${JSON.stringify({ _id: id })}, ${JSON.stringify(update)})`;

/** For people: under each finding what would mend it. */
export function* linesOfProposals(proposals: readonly Proposal[]): Generator<string> {
  for (const { finding, words, call, publish } of proposals) {
    yield `repair   ${printable(finding.sentence)}`;
    yield `           ${words}`;
    if (call !== undefined) yield `           ${printable(call)}`;
    for (const { service, outboxId, eventIds } of publish ?? [])
      yield `           ${service}, outbox row ${outboxId}: ${printable(eventIds.join(', '))}`;
  }
}
