import { newUuid, sleep } from '@microshop/chassis/clock';
import { type DeadLetter, deadLetterCollection, deadLetterId } from '@microshop/chassis/consumer/dead-letter';
import { ordersBySku } from '@microshop/contracts';
import { connectBroker } from '../broker.ts';
import { of, openDatabases } from '../databases.ts';
import { type RunningStack, runningStack } from '../running-stack.ts';
import type { DemoShop } from './shop.ts';
import { levelText, seconds, WRONG } from './words.ts';

const GROUP = 'inventory-svc';
const FOUND_MS = 30_000;
const POLL_MS = 200;

/** A record that nobody can read, on the partition on which an order comes right behind it. */
export async function showPoison(shop: DemoShop, env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<boolean> {
  say(`Poison: a record that is no JSON on ${ordersBySku.name}, and right behind it an order on the same key.`);
  const stack = runningStack(env);
  const sku = await shop.product('Demonstration lamp', 10);
  const eventId = newUuid();
  await sendPoison(stack, sku, eventId);
  const order = await shop.order([{ sku, quantity: 1 }]);
  say(`  The order behind it is ${order.status} after ${seconds(order.ms)}. Stock: ${levelText(await shop.levelAtRest(sku))}.`);
  const letter = await findLetter(stack, eventId);
  say(
    letter
      ? `  The record is a dead letter: ${letter.code}, ${letter.error}`
      : `  The record is no dead letter after ${FOUND_MS / 1000} s.`,
  );
  await shop.retire(sku);

  const isRight = order.status === 'confirmed' && letter !== undefined;
  say(isRight ? 'It held up nobody, and it is kept for a person to look at.' : WRONG);
  say(`The order: ${shop.timelineOf(order)}`);
  if (letter) say(`The dead letter: ${shop.consoleUrl}/dead-letters, or npm run dlt -- show ${letter._id}`);
  return isRight;
}

async function sendPoison(stack: RunningStack, key: string, eventId: string): Promise<void> {
  const broker = connectBroker(stack, 'demo');
  const headers = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: eventId,
    ce_type: 'OrderRequested',
    ce_source: '/demo',
  };
  try {
    await broker.send([{ topic: ordersBySku.name, key, value: 'This is no JSON.', headers }]);
  } finally {
    await broker.stop();
  }
}

async function findLetter(stack: RunningStack, eventId: string): Promise<DeadLetter | undefined> {
  const databases = await openDatabases(stack, 'demo');
  const letters = of(databases[GROUP], deadLetterCollection);
  try {
    for (const until = Date.now() + FOUND_MS; Date.now() < until; await sleep(POLL_MS)) {
      const letter = await letters.findOne({ _id: deadLetterId(GROUP, ordersBySku.name, 0, '0', eventId) });
      if (letter) return letter;
    }
    return undefined;
  } finally {
    await databases.close();
  }
}
