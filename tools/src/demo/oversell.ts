import type { DemoShop } from './shop.ts';
import { countOf, levelText, seconds, tallyOf, WRONG } from './words.ts';

const ORDERS = 200;
const UNITS = 10;
const PLENTY = 1000;

/** 200 orders at once for 10 units. Each also has a card, of which there are plenty: what the rejected ones reserve of it must come back. */
export async function showOversell(shop: DemoShop, say: (line: string) => void): Promise<boolean> {
  say(`Oversell: ${ORDERS} orders at once, each for one lamp and one card. There are ${UNITS} lamps.`);
  const [lamp, card] = [await shop.product('Demonstration lamp', UNITS), await shop.product('Demonstration card', PLENTY)];
  say(`  The lamp is ${lamp}, the card ${card}. Sending …`);
  const items = [lamp, card].map((sku) => ({ sku, quantity: 1 }));
  const startedAt = performance.now();
  const outcomes = await Promise.all(Array.from({ length: ORDERS }, () => shop.order(items)));
  say(`  ${tallyOf(outcomes)}, in ${seconds(performance.now() - startedAt)}`);

  const [lamps, cards] = [await shop.levelAtRest(lamp), await shop.levelAtRest(card)];
  say(`  Lamps: ${levelText(lamps)}. Cards: ${levelText(cards)}.`);
  await shop.retire(lamp, card);
  const isRight =
    countOf(outcomes, 'confirmed') === UNITS &&
    countOf(outcomes, 'rejected') === ORDERS - UNITS &&
    lamps.sold === UNITS &&
    lamps.available === 0 &&
    cards.sold === UNITS &&
    cards.available === PLENTY - UNITS;
  say(isRight ? 'No lamp was sold twice, and the cards of the rejected orders are back on sale.' : WRONG);
  const rejected = outcomes.find(({ status, orderId }) => status === 'rejected' && orderId !== undefined);
  if (rejected) say(`How a rejected one gave its card back: ${shop.timelineOf(rejected)}`);
  return isRight;
}
