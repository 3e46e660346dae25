import type { Audit, Health, ServiceHealth } from '../../../src/api/index.ts';
import { counted, duration } from '../../ui/format.ts';
import { partsOf } from './invariant-title.ts';

export type Concern = { tone: 'warn' | 'bad'; text: string; advice: string; href?: string };

/** Longer than a busy moment, a restart or the handing over of a lease take. */
const LATE_SECONDS = 10;

export const isLate = (seconds: number | null | undefined): seconds is number => (seconds ?? 0) > LATE_SECONDS;
const late = (seconds: number): string => duration(seconds * 1000);

/** What an operator should look at, the worst first, each with what to do. */
export function concernsOf({ services, kafka, mongodb, projection, orders }: Health, audit: Audit | undefined): Concern[] {
  const concerns: Concern[] = [...dependencies({ kafka, mongodb }), ...services.flatMap((service) => ofService(service))];
  if (projection.state === 'away')
    concerns.push({ tone: 'warn', text: 'The console does not follow the topics', advice: 'What it shows of orders and stock is old.' });
  if (isLate(projection.lag?.seconds) && projection.state !== 'rebuilding')
    concerns.push({
      tone: 'warn',
      text: `The console is ${late(projection.lag.seconds)} behind the topics`,
      advice: 'Wait: it catches up by itself.',
    });
  if (orders.oldestPendingAt !== null && isOld(orders.oldestPendingAt))
    concerns.push({
      tone: 'warn',
      text: `${counted(orders.pending, 'order is', 'orders are')} undecided, the oldest for more than a minute`,
      advice: 'Look which service they wait for.',
      href: '/orders?status=pending',
    });
  return [...concerns, ...ofAudit(audit)].sort((one, other) => rank(one) - rank(other));
}

const rank = ({ tone }: Concern): number => (tone === 'bad' ? 0 : 1);
const isOld = (iso: string): boolean => Date.now() - Date.parse(iso) > 60_000;

function dependencies({ kafka, mongodb }: Pick<Health, 'kafka' | 'mongodb'>): Concern[] {
  const kafkaAway: Concern = {
    tone: 'bad',
    text: 'Kafka is away',
    advice: 'Checkouts are accepted and wait in the outbox. Start the broker again.',
  };
  const mongodbAway: Concern = { tone: 'bad', text: 'MongoDB is away', advice: 'Requests are refused with 503. Start the database again.' };
  return [...(kafka.isOk ? [] : [kafkaAway]), ...(mongodb.isOk ? [] : [mongodbAway])];
}

function ofService({ name, state, checks, outbox, lag, deadLetters }: ServiceHealth): Concern[] {
  const concerns: Concern[] = [];
  if (state === 'away') concerns.push({ tone: 'bad', text: `${name} does not answer`, advice: 'Start it again; orders wait for it.' });
  if (state === 'degraded') {
    const failing = checks.filter(({ isOk }) => !isOk).map((check) => check.detail ?? check.name);
    concerns.push({ tone: 'warn', text: `${name} is degraded`, advice: `${failing.join('; ') || 'See its /readyz'}.` });
  }
  if ((outbox.stuck ?? 0) > 0)
    concerns.push({
      tone: 'bad',
      text: `${name} has ${counted(outbox.stuck ?? 0, 'event')} that the broker refuses`,
      advice: 'See the service’s log for the reason; later events of the same key wait behind it.',
    });
  if (isLate(outbox.oldestSeconds))
    concerns.push({
      tone: 'warn',
      text: `${name} has an event unpublished for ${late(outbox.oldestSeconds)}`,
      advice: 'Is Kafka reachable from it?',
    });
  if (isLate(lag?.seconds))
    concerns.push({
      tone: 'warn',
      text: `${name} is ${late(lag.seconds)} behind`,
      advice: 'It catches up by itself unless something is in its way.',
      href: '/topics',
    });
  if (deadLetters && deadLetters.dead + deadLetters.parked > 0)
    concerns.push({
      tone: 'warn',
      text: `${name} has ${counted(deadLetters.dead, 'dead letter')}${deadLetters.parked > 0 ? `, ${deadLetters.parked} parked behind` : ''}`,
      advice: 'Mend the reason, then replay or discard them.',
      href: '/dead-letters',
    });
  return concerns;
}

function ofAudit(audit: Audit | undefined): Concern[] {
  const violated = audit?.invariants.filter(({ verdict }) => verdict === 'violated') ?? [];
  if (audit?.state === 'failed')
    return [{ tone: 'warn', text: 'The last audit could not be done', advice: audit.detail ?? 'Run it again.' }];
  return violated.map(({ title, findings }) => ({
    tone: 'bad',
    text: `Violated: ${partsOf(title)[0]}`,
    advice: `${counted(findings.length, 'finding')}, below.`,
  }));
}
