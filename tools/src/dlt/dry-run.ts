import { newUuid, systemClock } from '@microshop/chassis/clock';
import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { createLogger } from '@microshop/chassis/logger';
import { orders } from '@microshop/order-svc/application/collections';
import { explain } from './explain.ts';
import type { OrderNow } from './explainer.ts';
import type { LetterHead } from './letters.ts';
import type { Chain } from './plan.ts';
import { of, type Place, type Shop } from './shop.ts';
import { subscriptionsOf } from './subscriptions.ts';
import { createWhatIf, type WhatIf } from './what-if.ts';

export type Said = { letter: LetterHead; result: WhatIf['result']; words: string };

/** Says of each letter what its replay would do now, after those before it. Writes nothing. */
export async function* dryRun(shop: Shop, chains: readonly Chain[], env: NodeJS.ProcessEnv): AsyncGenerator<Said> {
  const trials = new Map<string, ReturnType<typeof createWhatIf>>();
  const logger = createLogger({ name: 'dlt', level: 'silent' });
  const trialOf = (place: Place) =>
    createWhatIf({
      group: place.group,
      subscriptions: subscriptionsOf(place.group, place, env),
      store: place.store,
      now: systemClock.now,
      newId: newUuid,
      logger,
    });
  for (const head of chains.flat()) {
    const place = shop.placeOf(head.group);
    const trial = trials.getOrInsertComputed(head.group, () => trialOf(place));
    const letter = await of(place, deadLetterCollection).findOne({ _id: head._id });
    if (!letter) continue;
    const whatIf = await trial(letter);
    yield { letter: head, result: whatIf.result, words: explain(whatIf, await orderOf(shop, whatIf)) };
  }
}

async function orderOf(shop: Shop, { letter }: WhatIf): Promise<OrderNow> {
  if (letter.orderId === undefined) return undefined;
  const order = await of(shop.placeOf('order-svc'), orders).findOne({ _id: letter.orderId }, { projection: { status: 1 } });
  return order ?? undefined;
}
