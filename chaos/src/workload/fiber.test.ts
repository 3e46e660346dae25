import { randomFrom } from '@microshop/chassis/testing/random';
import type { Order } from '@microshop/contracts/http';
import { expect, it } from 'vitest';
import type { Outcome } from '../history/history.ts';
import { createFiber } from './fiber.ts';
import type { ShopClient } from './shop-client.ts';

type Asked = [f: string, ...asked: unknown[]];

/** A shop that takes everything, but for checkouts that `answer` says something else to; `asks` is told of each question. */
function shopThat(asks: (asked: Asked) => void, answer: (key: string) => Outcome<'checkout'> | undefined = () => undefined): ShopClient {
  let orders = 0;
  const ok =
    (f: string, told: (...asked: never[]) => object) =>
    async (...asked: unknown[]) => {
      asks([f, ...asked]);
      const [key] = asked;
      return (f === 'checkout' && answer(String(key))) || { type: 'ok', told: told(...(asked as never[])) };
    };
  const order = { order: { orderId: 'o', status: 'confirmed' } as Order };
  return {
    name: 'c0',
    send: async () => ({ kind: 'lost', code: 'unused' }),
    checkout: ok('checkout', () => ({ status: 201, orderId: `o-${orders++}`, orderStatus: 'confirmed' })),
    reuse: ok('reuse', () => ({})),
    cancel: ok('cancel', () => order),
    fulfil: ok('fulfil', () => order),
    readOrder: ok('read order', () => order),
    readStock: ok('read stock', () => ({})),
    readBalance: ok('read balance', () => ({})),
    hold: ok('hold', () => ({ reservationId: `h-${orders++}` })),
    rollBack: ok('roll back', () => ({})),
    adjustStock: ok('adjust stock', () => ({})),
    adjustPoints: ok('adjust points', () => ({})),
    reprice: ok('reprice', () => ({})),
    malformed: ok('malformed', () => ({})),
  } as ShopClient;
}

async function play(seed: number, questions: number): Promise<Asked[]> {
  const asked: Asked[] = [];
  const stopping = new AbortController();
  const client = shopThat((each) => {
    asked.push(each);
    if (asked.length >= questions) stopping.abort();
  });
  await createFiber({ client, random: randomFrom(seed), pauseMs: 0 }).run(stopping.signal);
  return asked;
}

it('does everything that a client may do, and what it does follows from its seed', async () => {
  const asked = await play(1, 600);
  const kinds = ['checkout', 'reuse', 'cancel', 'fulfil', 'read order', 'read stock', 'read balance', 'hold', 'roll back'];
  const operators = ['adjust stock', 'adjust points', 'reprice', 'malformed'];
  expect(new Set(asked.map(([f]) => f))).toEqual(new Set([...kinds, ...operators]));
  expect(await play(1, 600)).toEqual(asked);
  expect(await play(2, 600)).not.toEqual(asked);
});

it('asks a checkout whose answer did not come again, with the same key and body, until it is known', async () => {
  const asked: Asked[] = [];
  const stopping = new AbortController();
  let isHealed = false;
  const client = shopThat(
    (each) => {
      asked.push(each);
      if (asked.length >= 40) stopping.abort();
    },
    () => (isHealed ? undefined : { type: 'info', failure: { code: 'ECONNRESET' } }),
  );
  const fiber = createFiber({ client, random: randomFrom(3), pauseMs: 0 });
  await fiber.run(stopping.signal);
  const checkouts = asked.filter(([f]) => f === 'checkout');
  expect(await fiber.settle()).toBeGreaterThan(0);

  isHealed = true;
  asked.length = 0;
  expect(await fiber.settle()).toBe(0);
  const settled = new Map(asked.map(([, key, body]) => [key, body]));
  expect(settled).toEqual(new Map(checkouts.map(([, key, body]) => [key, body])));

  asked.length = 0;
  await fiber.readAll();
  expect(new Set(asked.map(([f]) => f))).toEqual(new Set(['read order']));
});
