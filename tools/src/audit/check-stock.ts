import { holds, movements, reservations, type StockDocument, stock } from '@microshop/inventory-svc/application/collections';
import { type Level, type Movement, rebuildLevel } from '@microshop/inventory-svc/domain/stock';
import { type Databases, type Finding, of, pages } from './databases.ts';

const show = ({ available, reserved, sold }: Level) => `available ${available}, reserved ${reserved}, sold ${sold}`;
const isNegative = ({ available, reserved, sold }: Level) => available < 0 || reserved < 0 || sold < 0;
const same = (a: Level, b: Level) => a.available === b.available && a.reserved === b.reserved && a.sold === b.sold;

/** 1. The level of each SKU is what its ledger amounts to, so received = available + reserved + sold; nothing is negative. */
export async function checkStock({ inventory }: Databases): Promise<Finding> {
  const finding: Finding = {
    invariant: '1 stock: received = available + reserved + sold, as ledger, reservations and holds say, none negative',
    checked: 0,
    violations: [],
  };
  for await (const levels of pages(of(inventory, stock))) {
    const [ledgers, promised] = [await ledgersOf(inventory, levels), await promisedOf(inventory, levels)];
    for (const level of levels) {
      const rebuilt = rebuildLevel(ledgers.get(level._id) ?? []);
      finding.checked++;
      if (isNegative(level)) finding.violations.push(`${level._id} is negative: ${show(level)}`);
      if (!same(level, rebuilt)) finding.violations.push(`${level._id} has ${show(level)}, its ledger amounts to ${show(rebuilt)}`);
      const { reserved, sold } = promised.get(level._id) ?? { reserved: 0, sold: 0 };
      if (level.reserved !== reserved || level.sold !== sold)
        finding.violations.push(`${level._id} has ${show(level)}, its reservations and holds amount to reserved ${reserved}, sold ${sold}`);
    }
  }
  return finding;
}

/** For each SKU one movement of each type: the sum of all of that type. */
async function ledgersOf(inventory: Databases['inventory'], levels: readonly StockDocument[]): Promise<Map<string, Movement[]>> {
  const sums = await of(inventory, movements)
    .aggregate<{ _id: { sku: string; type: Movement['type'] }; change: number }>([
      { $match: { sku: { $in: levels.map(({ _id }) => _id) } } },
      { $group: { _id: { sku: '$sku', type: '$type' }, change: { $sum: '$change' } } },
    ])
    .toArray();
  const ledgers = new Map<string, Movement[]>();
  for (const { _id, change } of sums) ledgers.set(_id.sku, [...(ledgers.get(_id.sku) ?? []), { type: _id.type, change }]);
  return ledgers;
}

/** What orders and holds have of each SKU. */
async function promisedOf(
  inventory: Databases['inventory'],
  levels: readonly StockDocument[],
): Promise<Map<string, { reserved: number; sold: number }>> {
  const skus = levels.map(({ _id }) => _id);
  const ofOrders = await of(inventory, reservations)
    .aggregate<{ _id: { sku: string; state: 'reserved' | 'sold' }; quantity: number }>([
      { $match: { sku: { $in: skus }, state: { $in: ['reserved', 'sold'] } } },
      { $group: { _id: { sku: '$sku', state: '$state' }, quantity: { $sum: '$quantity' } } },
    ])
    .toArray();
  const ofHolds = await of(inventory, holds)
    .aggregate<{ _id: string; quantity: number }>([
      { $match: { status: { $in: ['held', 'claimed'] } } },
      { $unwind: '$items' },
      { $match: { 'items.settled': false, 'items.sku': { $in: skus } } },
      { $group: { _id: '$items.sku', quantity: { $sum: '$items.quantity' } } },
    ])
    .toArray();
  const promised = new Map<string, { reserved: number; sold: number }>();
  const add = (sku: string, state: 'reserved' | 'sold', quantity: number) => {
    const before = promised.get(sku) ?? { reserved: 0, sold: 0 };
    promised.set(sku, { ...before, [state]: before[state] + quantity });
  };
  for (const { _id, quantity } of ofOrders) add(_id.sku, _id.state, quantity);
  for (const { _id, quantity } of ofHolds) add(_id, 'reserved', quantity);
  return promised;
}
