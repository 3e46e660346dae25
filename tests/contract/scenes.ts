import type { OutboxEvent } from '@microshop/chassis/outbox/outbox';
import { asRecord } from '@microshop/chassis/testing/consumer-harness';
import type { CheckoutRequest } from '@microshop/contracts/http';
import { toCheckout } from '@microshop/order-svc/application/checkout-request';
import { type Member, members } from './member.ts';

const SKU = 'MUG-BLUE';
const CODE = 'WELCOME';
const ADA = { customerId: 'ada' };
const GUEST = { email: 'grace@example.com', name: 'Grace Hopper' };

type Shop = Awaited<ReturnType<typeof createShop>>;

/** What can happen in the shop, by the name that a pact gives it as a provider state. */
const scenes = {
  'a customer orders': async (shop: Shop) =>
    shop.fulfil(await shop.order({ customer: ADA, items: [{ sku: SKU, quantity: 2 }], redeemPoints: 10 })),
  'a customer orders with a code': (shop: Shop) => shop.order({ customer: ADA, items: [{ sku: SKU, quantity: 2 }], discountCode: CODE }),
  'a guest orders': (shop: Shop) => shop.order({ customer: GUEST, items: [{ sku: SKU, quantity: 1 }] }),
  'an order is cancelled': async (shop: Shop) =>
    shop.cancel(await shop.order({ customer: ADA, items: [{ sku: SKU, quantity: 2 }], redeemPoints: 10 })),
  'a SKU is short': (shop: Shop) => shop.order({ customer: ADA, items: [{ sku: SKU, quantity: 99 }], redeemPoints: 10 }),
  'points are short': (shop: Shop) => shop.order({ customer: ADA, items: [{ sku: SKU, quantity: 2 }], redeemPoints: 900 }),
};
type Scene = keyof typeof scenes;

/** Every event that the three services emit in the scene, or in all of them one after the other: by their real code, from the request to the last answer. */
export async function emittedIn(scene?: string): Promise<OutboxEvent[]> {
  const names = Object.keys(scenes) as Scene[];
  if (scene !== undefined && !names.includes(scene as Scene))
    throw new Error(`There is no provider state "${scene}": give one of ${names.join(', ')}, or add it to tests/contract/scenes.ts.`);
  const played: OutboxEvent[] = [];
  for (const name of names) if (scene === undefined || scene === name) played.push(...(await emittedBy(scenes[name])));
  return played;
}

async function emittedBy(scene: (shop: Shop) => Promise<unknown>): Promise<OutboxEvent[]> {
  const shop = await createShop();
  await scene(shop);
  return shop.emitted();
}

/** Ten mugs, a discount code, and ada with 100 points. */
async function createShop() {
  const [orders, inventory, loyalty] = [members['order-svc'](), members['inventory-svc'](), members['loyalty-svc']()];
  const all: readonly Member[] = [orders, inventory, loyalty];
  const delivered = new Set<OutboxEvent['id']>();
  let keys = 0;

  const emitted = () => all.flatMap((member) => member.published());
  /** Hands each event to whoever listens to its topic, until nobody has anything more to say. */
  async function settle(): Promise<void> {
    for (let news = undelivered(); news.length > 0; news = undelivered())
      for (const event of news) {
        delivered.add(event.id + event.topic + event.key);
        for (const member of all) if (member.subscriptions.some(({ topic }) => topic.name === event.topic)) await hand(member, event);
      }
  }
  const undelivered = () => emitted().filter(({ id, topic, key }) => !delivered.has(id + topic + key));
  async function hand(member: Member, event: OutboxEvent): Promise<void> {
    const result = await member.accept(event.topic, asRecord(event, '0'));
    if (result !== 'handled' && result !== 'skipped') throw new Error(`${member.service} ${result} ${event.type} on ${event.topic}.`);
  }

  await inventory.useCases.createProduct({ sku: SKU, name: 'Blue mug', unitPrice: 1200, currency: 'EUR' }, {});
  await inventory.useCases.adjustStock({ sku: SKU, change: 10, reason: 'delivery' }, {});
  await orders.useCases.createDiscount({ code: CODE, percent: 10 });
  await loyalty.useCases.createCustomer({ ...ADA, email: 'ada@example.com', name: 'Ada Lovelace' });
  await loyalty.useCases.adjustPoints(ADA.customerId, { change: 100, reason: 'gift' });
  await settle();

  return {
    emitted,
    async order(request: CheckoutRequest): Promise<string> {
      const placed = await orders.useCases.placeOrder(toCheckout(request, String(++keys)), {});
      if (placed.kind === 'refused') throw placed.refusal;
      await settle();
      return placed.order.orderId;
    },
    async fulfil(orderId: string) {
      await orders.useCases.fulfilOrder(orderId);
      await settle();
    },
    async cancel(orderId: string) {
      await orders.useCases.cancelOrder(orderId);
      await settle();
    },
  };
}
