import { type Sleep, sleep } from '@microshop/chassis/clock';
import type { Part } from './options.ts';
import type { RunningParts } from './running.ts';
import type { DemoShop, Outcome } from './shop.ts';
import { countOf, levelText, seconds, tallyOf, WRONG } from './words.ts';

const EVERY_MS = 100;
const BEFORE = 20;
const AFTER = 20;
const MOST = 900;
const PLENTY = 10_000;

type Flow = { outcomes: readonly Outcome[]; isReplaced: boolean };

export type Outage = { parts: RunningParts; say: (line: string) => void; wait?: Sleep };

/** Orders flow, ten in a second; a part is killed, and they go on flowing until it has been back for a while. */
export async function showOutage(part: Part, shop: DemoShop, { parts, say, wait = sleep }: Outage): Promise<boolean> {
  const name = part === 'broker' ? 'Kafka' : part;
  say(`Outage: ten orders a second; after ${BEFORE} of them ${name} is killed (SIGKILL), in the middle of what it does.`);
  const sku = await shop.product('Demonstration lamp', PLENTY);
  const order = () => shop.order([{ sku, quantity: 1 }]);
  const { outcomes, isReplaced } = await orderThrough(part, order, { parts, say: (line) => say(`  ${line}`), wait });
  const level = await shop.levelAtRest(sku);
  await shop.retire(sku);

  say(`  ${outcomes.length} orders: ${tallyOf(outcomes)}. Stock: ${levelText(level)}.`);
  const confirmed = countOf(outcomes, 'confirmed');
  const isRight =
    isReplaced && confirmed === level.sold && level.reserved === 0 && confirmed + countOf(outcomes, 'rejected') === outcomes.length;
  say(isRight ? `No order was lost and none was made twice: ${confirmed} confirmed, ${level.sold} sold.` : WRONG);
  const slowest = outcomes.toSorted((a, b) => b.ms - a.ms)[0];
  if (slowest) say(`The order that waited longest, ${seconds(slowest.ms)}: ${shop.timelineOf(slowest)}`);
  return isRight;
}

/** Sends until the part has died and been replaced, and then some more. */
async function orderThrough(part: Part, order: () => Promise<Outcome>, { parts, say, wait }: Required<Outage>): Promise<Flow> {
  const placed: Promise<Outcome>[] = [];
  async function sendWhile(more: () => boolean): Promise<void> {
    for (; placed.length < MOST && more(); await wait(EVERY_MS)) {
      const outcome = order();
      // It is awaited with all the others, and may fail before.
      outcome.catch(() => undefined);
      placed.push(outcome);
    }
  }

  await sendWhile(() => placed.length < BEFORE);
  const pid = parts.kill(part);
  const killedAt = performance.now();
  say(`process ${pid} is killed; orders go on`);
  const replacement = () => [parts.pidOf(part)].find((now) => now !== undefined && now !== pid);
  await sendWhile(() => replacement() === undefined);
  const isReplaced = replacement() !== undefined;
  if (isReplaced) say(`process ${replacement()} took its place after ${seconds(performance.now() - killedAt)}`);
  const enough = placed.length + AFTER;
  await sendWhile(() => placed.length < enough);
  say('waiting until every order is decided …');
  return { outcomes: await Promise.all(placed), isReplaced };
}
