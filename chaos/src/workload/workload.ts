import { sleep } from '@microshop/chassis/clock';
import { randomFrom, seedOf } from '@microshop/chassis/testing/random';
import { createHistory } from '../history/history.ts';
import type { RunFolder } from '../run-folder/writer.ts';
import { createCanary } from './canary.ts';
import { createFiber } from './fiber.ts';
import { prepareShop } from './prepare.ts';
import { skus } from './shop.ts';
import { createShopClient, type ShopClient, type Urls } from './shop-client.ts';

export type WorkloadOptions = {
  urls: Urls;
  operatorToken: string;
  seed: number;
  folder: Pick<RunFolder, 'history'>;
  /** Each does one thing after the other. */
  clients?: number;
  /** Between two of them, on average. */
  pauseMs?: number;
};

export type Workload = {
  /** Ends the clients' loops, asks what nobody knows until it is known, and reads everything once more. The services have to be healed. */
  stop(): Promise<void>;
  /** Resolves when an order for what there is plenty of was placed and confirmed; fails when it is aborted before. */
  canary(signal: AbortSignal): Promise<void>;
  /** How many calls came to what: `checkout ok`, `cancel info`. */
  counts(): Readonly<Record<string, number>>;
};

const BANK_MS = 200;
const SETTLE_ATTEMPTS = 30;

/** Prepares the shop, and then lets so many clients use it, seeded, with everything they do in the history. */
export async function startWorkload({
  urls,
  operatorToken,
  seed,
  folder,
  clients = 12,
  pauseMs = 250,
}: WorkloadOptions): Promise<Workload> {
  const history = createHistory((entry) => folder.history(entry));
  const clientNamed = (name: string, nth: number) =>
    createShopClient({ name, urls, operatorToken, history, random: randomFrom(seedOf(seed, 2 * nth)) });
  await prepareShop(clientNamed('first', 0));

  const stopping = new AbortController();
  const fibers = Array.from({ length: clients }, (_, index) =>
    createFiber({ client: clientNamed(`c${index}`, index + 2), random: randomFrom(seedOf(seed, 2 * index + 1)), pauseMs }),
  );
  const bank = clientNamed('bank', 1);
  const running = Promise.all([...fibers.map((fiber) => fiber.run(stopping.signal)), readBank(bank, stopping.signal)]);

  return {
    canary: createCanary(clientNamed('canary', clients + 2)),
    counts: history.counts,
    async stop() {
      stopping.abort();
      await running;
      for (let attempt = 0; attempt < SETTLE_ATTEMPTS; attempt++) {
        const left = await Promise.all(fibers.map((fiber) => fiber.settle()));
        if (left.every((count) => count === 0)) break;
        await sleep(1000);
      }
      await Promise.all(fibers.map((fiber) => fiber.readAll()));
      for (const sku of skus) await bank.readStock(sku);
    },
  };
}

/** Looks at every level again and again, also while things break: no counter is ever below zero, and none of the sums is wrong. */
async function readBank(client: ShopClient, stopping: AbortSignal): Promise<void> {
  for (let at = 0; !stopping.aborted; at++) {
    await client.readStock(skus[at % skus.length] ?? 'HOT');
    await sleep(BANK_MS, stopping);
  }
}
