import { type Random, randomFrom, seedOf } from '@microshop/chassis/testing/random';
import type { ServiceName } from '@microshop/contracts';
import type { Happening, PortFault } from './world/faults.ts';

export const services: readonly ServiceName[] = ['order-svc', 'inventory-svc', 'loyalty-svc'];

export type Item = { sku: string; quantity: number };

/** What one client does, one thing after the other. */
export type Client = { startMs: number } & (
  | {
      do: 'checkout';
      customer: { customerId: string } | { email: string; name: string };
      items: Item[];
      discountCode?: string;
      redeemPoints?: number;
      /** Holds the cart before; `other`: and then orders something else with it. */
      hold?: 'same' | 'other';
      /** Sends the same request so many times at once. */
      copies: number;
      waits: boolean;
      next?: 'cancel' | 'fulfil';
      afterMs: number;
    }
  | { do: 'hold'; items: Item[]; rollBackAfterMs?: number }
  | { do: 'adjust stock'; sku: string; change: number }
  | { do: 'adjust points'; customerId: string; change: number }
  | { do: 'reprice'; sku: string; unitPrice: number }
  | { do: 'block'; customerId: string; blocked: boolean }
  | { do: 'poison'; topic: string; kind: 'no json' | 'breaks schema' | 'no such order' }
);

/** All that a run follows from, so that a part of it can be left out. */
export type Scenario = {
  seed: number;
  instances: Record<ServiceName, number>;
  partitions: number;
  /** The most records of one delivery. */
  batch: number;
  rules: { timeoutMs: number; holdTtlMs: number; pollMs: number; sweepMs: number; skewMs: number; wakes: boolean };
  stock: Record<string, number>;
  discounts: { code: string; maxUses?: number; maxUsesPerCustomer?: number }[];
  clients: Client[];
  faults: PortFault[];
  happenings: Happening[];
};

/** `balance` in points; the shop's customers before anything happens. */
export const customers = [
  { customerId: 'ada', email: 'ada@example.org', balance: 50, blocked: false },
  { customerId: 'poor', email: 'poor@example.org', balance: 3, blocked: false },
  { customerId: 'bad', email: 'bad@example.org', balance: 10, blocked: true },
] as const;
export const prices: Readonly<Record<string, number>> = { HOT: 1000, TEA: 300, MUG: 500 };

const emails = ['gina@example.org', 'Gina@Example.org', 'ada@example.org', 'hugo@example.org'];

export function scenarioOf(seed: number): Scenario {
  const random = randomFrom(seedOf(seed, 1));
  const { between, chance, pick } = random;
  const instances = { 'order-svc': between(1, 2), 'inventory-svc': between(1, 2), 'loyalty-svc': between(1, 2) };
  const orders = between(2, 4);
  const others = between(0, 3);
  const isCalm = chance(0.1);
  return {
    seed,
    instances,
    partitions: between(1, 3),
    batch: pick([1, 2, 5, 50]),
    rules: {
      timeoutMs: pick([1000, 4000, 20_000]),
      holdTtlMs: pick([200, 1500, 8000]),
      pollMs: pick([300, 2000, 5000]),
      sweepMs: pick([300, 1000, 3000]),
      skewMs: pick([0, 0, 5, 3000]),
      wakes: chance(0.8),
    },
    stock: { HOT: between(1, 3), TEA: between(2, 5), MUG: 20 },
    discounts: [
      { code: 'FEW', maxUses: between(1, 2) },
      { code: 'ONCE', maxUsesPerCustomer: 1 },
    ],
    clients: [...Array.from({ length: orders }, () => checkoutOf(random)), ...Array.from({ length: others }, () => otherOf(random))],
    faults: isCalm ? [] : Array.from({ length: pick([0, 1, 3, 6, 10]) }, () => faultOf(random)),
    happenings: isCalm ? [] : Array.from({ length: pick([0, 0, 1, 2, 4]) }, () => happeningOf(random)),
  };
}

function itemsOf({ between, chance, pick }: Random): Item[] {
  const hot = { sku: 'HOT', quantity: 1 };
  const some = { sku: pick(['TEA', 'MUG', 'TEA']), quantity: between(1, 3) };
  if (chance(0.4)) return [hot];
  return chance(0.5) ? [hot, some] : [some];
}

function checkoutOf(random: Random): Client {
  const { between, chance, pick } = random;
  const isGuest = chance(0.3);
  const customer = isGuest
    ? { email: pick(emails), name: 'A Guest' }
    : { customerId: pick(['ada', 'ada', 'poor', 'bad', 'nobody', 'ada']) };
  return {
    do: 'checkout',
    startMs: between(0, 150),
    customer,
    items: itemsOf(random),
    ...(chance(0.4) && { discountCode: pick(['FEW', 'FEW', 'ONCE']) }),
    ...(!isGuest && chance(0.5) && { redeemPoints: between(1, 30) }),
    ...(chance(0.25) && { hold: chance(0.8) ? ('same' as const) : ('other' as const) }),
    copies: chance(0.2) ? 2 : 1,
    waits: chance(0.15),
    ...(chance(0.45) && { next: chance(0.7) ? ('cancel' as const) : ('fulfil' as const) }),
    afterMs: between(0, 300),
  };
}

function otherOf(random: Random): Client {
  const { between, chance, pick } = random;
  const startMs = between(0, 300);
  switch (pick(['hold', 'hold', 'stock', 'points', 'price', 'block', 'poison'] as const)) {
    case 'hold':
      return { do: 'hold', startMs, items: itemsOf(random), ...(chance(0.5) && { rollBackAfterMs: between(0, 2000) }) };
    case 'stock':
      return { do: 'adjust stock', startMs, sku: pick(['HOT', 'TEA']), change: pick([-2, -1, 1, 2]) };
    case 'points':
      return { do: 'adjust points', startMs, customerId: pick(['ada', 'poor']), change: pick([-30, -3, 5]) };
    case 'price':
      return { do: 'reprice', startMs, sku: pick(['HOT', 'TEA', 'MUG']), unitPrice: between(1, 2000) };
    case 'block':
      return { do: 'block', startMs, customerId: pick(['ada', 'bad']), blocked: chance(0.5) };
    default:
      return {
        do: 'poison',
        startMs,
        topic: pick(['orders-by-sku', 'orders-by-customer', 'stock', 'points']),
        kind: pick(['no json', 'breaks schema', 'no such order']),
      };
  }
}

function faultOf({ between, pick }: Random): PortFault {
  const service = pick(services);
  switch (pick(['commit', 'commit', 'commit', 'send', 'send', 'send', 'read', 'mark', 'offset', 'offset', 'other'] as const)) {
    case 'commit':
      return {
        service,
        at: 'commit',
        nth: between(0, 12),
        fault: pick(['conflict', 'unavailable', 'unknown, written', 'unknown, not written']),
      };
    case 'send':
      return {
        service,
        at: 'send',
        nth: between(0, 10),
        fault: pick(['away', 'answer lost', 'answer lost', 'in part', 'late', 'late', 'unsendable']),
      };
    case 'read':
      return { service, at: 'read', nth: between(0, 40), fault: pick(['unavailable', 'conflict']) };
    case 'mark':
      return { service, at: 'mark', nth: between(0, 8), fault: pick(['unavailable', 'answer lost']) };
    case 'offset':
      return { service, at: 'offset', nth: between(0, 12), fault: pick(['rejected', 'answer lost']) };
    default:
      return { service, at: pick(['pending', 'acquire', 'query']), nth: between(0, 10), fault: 'unavailable' };
  }
}

function happeningOf({ between, pick }: Random): Happening {
  const service = pick(services);
  const step = between(1, 500);
  const ms = pick([10, 200, 2000, 10_000, 40_000]);
  switch (pick(['crash', 'crash', 'crash', 'stop', 'pause', 'stall', 'stall', 'outage', 'fence', 'fence', 'rewind', 'jump'] as const)) {
    case 'crash':
      return { step, do: 'crash', service, instance: between(0, 1), ms };
    case 'stop':
      return { step, do: 'stop', service, instance: between(0, 1), ms };
    case 'pause':
      return { step, do: 'pause', service, instance: between(0, 1), ms: pick([200, 3000, 9000, 40_000]) };
    case 'stall':
      return { step, do: 'stall', service, ms };
    case 'outage':
      return { step, do: 'outage', service, ms };
    case 'fence':
      return { step, do: 'fence', service };
    case 'rewind':
      return { step, do: 'rewind', service, by: between(1, 5) };
    default:
      return { step, do: 'jump', ms };
  }
}
