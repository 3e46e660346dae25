import { sleep } from '@microshop/chassis/clock';
import type { DemoShop, Outcome } from '@microshop/tools/demo/shop';
import { countOf, levelText, seconds, tallyOf } from '@microshop/tools/demo/words';

const EVERY_MS = 100;
const BEFORE = 10;
const AFTER = 10;
const PLENTY = 100_000;

/**
 * Ten orders a second from before a disturbance until after it. Each is asked for with its key until it is decided; fails when one is not confirmed, or
 * the stock has sold another number. Answers what was seen, in words.
 */
export async function sellThrough(shop: DemoShop, disturb: (order: () => Promise<Outcome>) => Promise<unknown>): Promise<string> {
  const sku = await shop.product('Sold through a disturbance', PLENTY);
  const order = () => shop.order([{ sku, quantity: 1 }]);
  const placed: Promise<Outcome>[] = [];
  async function sendWhile(more: () => boolean): Promise<void> {
    for (; more(); await sleep(EVERY_MS)) {
      const outcome = order();
      // It is awaited with all the others, and may fail before.
      outcome.catch(() => undefined);
      placed.push(outcome);
    }
  }

  await sendWhile(() => placed.length < BEFORE);
  let isOver = false;
  const extra: Promise<Outcome>[] = [];
  const disturbance = disturb(() => {
    const outcome = order();
    extra.push(outcome);
    return outcome;
  }).finally(() => {
    isOver = true;
  });
  await Promise.all([disturbance, sendWhile(() => !isOver)]);
  const enough = placed.length + AFTER;
  await sendWhile(() => placed.length < enough);
  return verdictOn(await Promise.all([...placed, ...extra]), await shop.levelAtRest(sku));
}

function verdictOn(outcomes: readonly Outcome[], level: Parameters<typeof levelText>[0]): string {
  const confirmed = countOf(outcomes, 'confirmed');
  if (confirmed !== outcomes.length || level.sold !== confirmed || level.available + level.sold !== PLENTY)
    throw new Error(`${outcomes.length} orders: ${tallyOf(outcomes)}; the stock has ${levelText(level)}.`);
  return `${confirmed} orders, all confirmed and sold; the slowest took ${seconds(Math.max(...outcomes.map(({ ms }) => ms)))}`;
}
