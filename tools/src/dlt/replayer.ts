import { newUuid, sleep } from '@microshop/chassis/clock';
import { type DeadLetter, deadLetterCollection, isSettled, replayRecord } from '@microshop/chassis/consumer/dead-letter';
import { type DeadLetterAction, deadLetterActionCollection } from '@microshop/chassis/consumer/dead-letter-action';
import { inboxCollection } from '@microshop/chassis/inbox/inbox';
import { type OutboxDocument, outboxCollection } from '@microshop/chassis/outbox/outbox';
import type { Tx } from '@microshop/chassis/store/unit-of-work';
import { conclude, type Outcome, outcomeOf, record } from './actions.ts';
import { of, type Place } from './shop.ts';

/** What came of one replay. `silent`: it was sent, and nobody has said anything of it in time. */
export type Replayed =
  | { result: 'replayed' | 'discarded' }
  | { result: 'failed' | 'withdrawn'; because: string }
  | { result: 'waits'; because: string }
  | { result: 'silent'; because: string }
  | { result: 'stopped' };

export type Replay = (letterId: string, stopping: AbortSignal) => Promise<Replayed>;

const POLL_MS = 100;
/** A replay that was sent this lately by someone else, or before an interruption, is waited for, not sent again. */
const FRESH_MS = 60_000;

/** Replays letters of one group through its service's own outbox, and waits for what its consumer makes of them. */
export function createReplayer(place: Place, { by, timeoutMs }: { by: string; timeoutMs: number }): Replay {
  return async (letterId, stopping) => {
    const sent = (await underWay(place, letterId)) ?? (await send(place, letterId, by));
    return 'result' in sent ? sent : waitFor(sent);

    async function waitFor(action: DeadLetterAction): Promise<Replayed> {
      const until = performance.now() + timeoutMs;
      for (let polls = 0; ; polls++) {
        const outcome = await look(place, action);
        if (outcome) return finish(place, action, outcome);
        // A broker that refuses it would hold back every later replay of its key.
        const refusal = polls % 10 === 9 ? await withdrawRefused(place, action) : undefined;
        if (refusal) return refusal;
        if (stopping.aborted) return { result: 'stopped' };
        if (performance.now() > until) return { result: 'silent', because: await silence(place, action) };
        await sleep(POLL_MS, stopping);
      }
    }
  };
}

/** The replay that is on its way already: sent lately, or not published yet. What became of earlier ones is written down. */
async function underWay(place: Place, letterId: string): Promise<DeadLetterAction | undefined> {
  const open = await of(place, deadLetterActionCollection)
    .find({ letterId, action: 'replay', outcome: { $exists: false } })
    .sort({ at: 1 })
    .toArray();
  let last: DeadLetterAction | undefined;
  for (const action of open) {
    const outcome = await look(place, action);
    if (outcome) await finish(place, action, outcome);
    else last = action;
  }
  if (!last) return undefined;
  const isFresh = Date.now() - last.at.getTime() < FRESH_MS;
  return isFresh || (await outboxOf(place, last))?.pending ? last : undefined;
}

/** The replay, and its line in the trail, in one transaction; never a letter that is settled, or is not first in its park. */
function send({ transact }: Place, letterId: string, by: string): Promise<DeadLetterAction | Replayed> {
  return transact(async (tx): Promise<DeadLetterAction | Replayed> => {
    const letter = await tx.get(deadLetterCollection, letterId);
    if (!letter) return { result: 'waits', because: 'is not there any more' };
    if (isSettled(letter)) return { result: letter.status === 'discarded' ? 'discarded' : 'replayed' };
    const first = await firstOfPark(tx, letter);
    if (first !== letterId) return { result: 'waits', because: `waits behind ${first}` };
    tx.publishRaw(replayRecord(letter, newUuid()));
    const id = newUuid();
    record(tx, id, by, { letterId, action: 'replay', attemptsBefore: letter.attempts, outboxId: tx.outboxId });
    return (await tx.get(deadLetterActionCollection, id)) as DeadLetterAction;
  });
}

async function firstOfPark(tx: Tx, { _id, parkedUnder }: DeadLetter): Promise<string> {
  const park = parkedUnder === undefined ? undefined : await tx.get(inboxCollection, parkedUnder);
  return park?.queue?.[0] ?? _id;
}

async function look(place: Place, action: DeadLetterAction): Promise<Outcome | undefined> {
  const letter = await of(place, deadLetterCollection).findOne({ _id: action.letterId }, { projection: { value: 0, headers: 0 } });
  return letter ? outcomeOf(action, letter) : undefined;
}

async function finish({ transact }: Place, action: DeadLetterAction, outcome: Outcome): Promise<Replayed> {
  await transact((tx) => conclude(tx, action._id, outcome));
  switch (outcome.outcome) {
    case 'replayed':
    case 'discarded':
      return { result: outcome.outcome };
    default:
      return { result: 'failed', because: outcome.detail ?? '' };
  }
}

const outboxOf = (place: Place, { outboxId = '' }: DeadLetterAction): Promise<OutboxDocument | null> =>
  of(place, outboxCollection).findOne({ _id: outboxId }, { projection: { events: 0 } });

/** Takes a replay that the broker refuses out of the outbox again. */
async function withdrawRefused(place: Place, action: DeadLetterAction): Promise<Replayed | undefined> {
  if (!(await outboxOf(place, action))?.stuck?.length) return undefined;
  return place.transact(async (tx) => {
    const row = await tx.get(outboxCollection, action.outboxId ?? '');
    const refusal = row?.pending && row.stuck?.[0];
    if (!row || !refusal) return undefined;
    const because = `the broker refuses it (${refusal.error}): raise max.message.bytes of the topic, or discard it`;
    tx.remove(outboxCollection, row._id);
    await conclude(tx, action._id, { outcome: 'withdrawn', detail: because });
    return { result: 'withdrawn', because };
  });
}

/** Why nothing is heard of a replay. */
async function silence(place: Place, action: DeadLetterAction): Promise<string> {
  const { group } = place;
  return (await outboxOf(place, action))?.pending
    ? `${group} has not sent it yet: is it running, and Kafka?`
    : `${group} has not handled it yet: is it running, or far behind?`;
}
