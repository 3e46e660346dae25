import type { Random } from '@microshop/chassis/testing/random';
import type { CheckoutRequest } from '@microshop/contracts/http';

/** What is sold: `HOT` is what everybody wants and there is too little of, `ONE` is there once, `CANARY` is for the canary alone. */
export const stockAtFirst = { HOT: 60, ONE: 1, TEA: 400, MUG: 400, PEN: 2000, CANARY: 1_000_000 } as const;
export type Sku = keyof typeof stockAtFirst;
export const skus = Object.keys(stockAtFirst) as Sku[];
export const prices: Readonly<Record<Sku, number>> = { HOT: 1000, ONE: 5000, TEA: 300, MUG: 500, PEN: 99, CANARY: 1 };

/** Points to begin with; the poor run out of them, the bad may not buy. */
export const customers: readonly { customerId: string; points: number; blocked: boolean }[] = [
  ...Array.from({ length: 8 }, (_, index) => ({ customerId: `rich-${index}`, points: 5000, blocked: false })),
  ...Array.from({ length: 3 }, (_, index) => ({ customerId: `poor-${index}`, points: 20, blocked: false })),
  { customerId: 'bad', points: 100, blocked: true },
];

/** `FEW` has a last use that many want, `ONCE` one for each customer. */
export const discounts = [
  { code: 'FEW', percent: 10, maxUses: 15 },
  { code: 'ONCE', amountOff: 50, maxUsesPerCustomer: 1 },
  { code: 'TEN', percent: 10 },
] as const;

const guests = ['gina@example.org', 'Gina@Example.org', 'hugo@example.org', 'rich-0@example.org'];

export function itemsOf({ between, chance, pick }: Random): { sku: string; quantity: number }[] {
  const hot = { sku: 'HOT', quantity: between(1, 2) };
  const other = () => ({ sku: pick(['TEA', 'MUG', 'PEN']), quantity: between(1, 3) });
  if (chance(0.03)) return [{ sku: 'ONE', quantity: 1 }];
  if (chance(0.35)) return [hot];
  if (chance(0.3)) return [hot, other()];
  return chance(0.3) ? [other(), other()] : [other()];
}

export function checkoutOf(random: Random): CheckoutRequest {
  const { between, chance, pick } = random;
  const isGuest = chance(0.2);
  const items = itemsOf(random);
  const customer = isGuest
    ? { email: pick(guests), name: 'A Guest' }
    : { customerId: chance(0.02) ? 'nobody' : pick(customers).customerId };
  return {
    customer,
    items,
    ...(chance(0.25) && { discountCode: pick(['FEW', 'ONCE', 'TEN', 'TEN']) }),
    ...(!isGuest && chance(0.3) && { redeemPoints: between(1, 40) }),
  };
}

/** Bodies and paths that no service may take, by what is wrong with them. */
export const malformed: readonly { what: string; path: string; body: string; headers?: Record<string, string> }[] = [
  { what: 'no JSON', path: '/checkout', body: '{"customer":' },
  { what: 'infinite number', path: '/checkout', body: '{"customer":{"customerId":"rich-0"},"items":[{"sku":"TEA","quantity":1e309}]}' },
  { what: 'negative quantity', path: '/checkout', body: '{"customer":{"customerId":"rich-0"},"items":[{"sku":"TEA","quantity":-1}]}' },
  {
    what: 'above 2^53',
    path: '/checkout',
    body: '{"customer":{"customerId":"rich-0"},"items":[{"sku":"TEA","quantity":9007199254740993}]}',
  },
  {
    what: '__proto__',
    path: '/checkout',
    body: '{"__proto__":{"x":1},"customer":{"customerId":"rich-0"},"items":[{"sku":"TEA","quantity":1}]}',
  },
  { what: 'a price', path: '/checkout', body: '{"customer":{"customerId":"rich-0"},"items":[{"sku":"TEA","quantity":1,"unitPrice":1}]}' },
  { what: 'another content type', path: '/checkout', body: 'customer=rich-0', headers: { 'content-type': 'text/plain' } },
  { what: 'too large', path: '/checkout', body: JSON.stringify({ customer: 'x'.repeat(70_000) }) },
];
