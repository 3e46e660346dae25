import type { Answer, ShopClient } from './seed-client.ts';
import { SeedFailure } from './seed-failure.ts';

type Entity = Record<string, unknown>;
const CREATED = { '/products': 'sku', '/customers': 'customerId', '/discounts': 'code' } as const;

/** The three services as the seed sees them, in memory. */
export function createFakeShop() {
  const entities = new Map<string, Entity>();
  /** Units and points by their path, and the changes made to each. */
  const amounts = new Map<string, { amount: number; changes: number }>();
  const keys = new Set<string>();
  let failing: string | undefined;

  const ledgerOf = (path: string) => {
    const ledger = amounts.get(path) ?? { amount: 0, changes: 0 };
    amounts.set(path, ledger);
    return ledger;
  };

  function create(id: string, body: Entity): Answer {
    if (entities.has(id)) return { status: 409, body: {} };
    entities.set(id, body);
    return { status: 201, body };
  }

  function change(path: string, amount: number, key: string): Answer {
    const ledger = ledgerOf(path);
    if (!keys.has(key)) Object.assign(ledger, { amount: ledger.amount + amount, changes: ledger.changes + 1 });
    keys.add(key);
    return { status: 200, body: {} };
  }

  function read(path: string): Answer {
    if (path === '/products?limit=1') return { status: 200, body: { data: [...entities.values()].filter(({ sku }) => sku).slice(0, 1) } };
    const { amount, changes } = ledgerOf(path.replace('/ledger?limit=1', ''));
    if (path.includes('/ledger')) return { status: 200, body: { data: Array(changes).fill({}) } };
    return { status: 200, body: { available: amount, reserved: 0, sold: changes > 0 ? 1 : 0 } };
  }

  const client: ShopClient = async (_, path, { method, body = {}, idempotencyKey = '' }) => {
    if (path === failing) throw new SeedFailure(`${path} failed.`);
    if (method === 'GET') return read(path);
    const field = CREATED[path as keyof typeof CREATED];
    const given = body as Entity;
    return field ? create(String(given[field]), given) : change(path, Number(given.change), idempotencyKey);
  };

  return {
    client,
    failAt: (path: string | undefined) => {
      failing = path;
    },
    has: (id: string) => entities.get(id),
    stock: (sku: string) => ledgerOf(`/products/${sku}/stock`).amount,
    points: (customerId: string) => ledgerOf(`/customers/${customerId}/points`).amount,
    sellAll: (sku: string) => Object.assign(ledgerOf(`/products/${sku}/stock`), { amount: 0 }),
    spendAll: (customerId: string) => Object.assign(ledgerOf(`/customers/${customerId}/points`), { amount: 0 }),
  };
}
