import { services } from '@microshop/tools/databases';
import type { OwnBench } from '../bench.ts';
import { fillPastOrders } from '../fill/past-orders.ts';
import { type Growth, growthOf } from './growth.ts';
import { prepared } from './prepared.ts';

const lines: Growth = {
  title: 'Lines of an order',
  axis: 'lines',
  sizes: () => [1, 2, 5, 10, 20, 50],
  mostTimes: 50,
  prepare: (bench, size) => prepared(bench, { lines: size }),
};

const skus: Growth = {
  title: 'SKUs of the shop, orders of one line',
  axis: 'SKUs',
  sizes: (isFull) => [1, 10, 100, 1000, 10_000, 100_000, ...(isFull ? [1_000_000] : [])],
  mostTimes: 2,
  prepare: (bench, size) => prepared(bench, { lines: 1 }, { skus: size }),
};

/** The orders that a shop has had: those of before are kept, so a size only adds to the one before it. */
const pastOrders: Growth = {
  title: 'Past orders in the databases',
  axis: 'past orders',
  sizes: (isFull) => [0, 10_000, 100_000, ...(isFull ? [1_000_000, 10_000_000] : [])],
  mostTimes: 2,
  async prepare(bench, size) {
    await fillPastOrders(bench.databases, size);
    return prepared(bench);
  },
};

const instances: Growth = {
  title: 'Instances of each service, on one machine',
  axis: 'instances',
  sizes: () => [1, 2, 3, 4],
  async prepare(bench, size) {
    await scaleAll(bench, size);
    return prepared(bench);
  },
  after: (bench) => scaleAll(bench, 1),
};

const scaleAll = async ({ shop }: OwnBench, count: number): Promise<void> => {
  for (const service of services) await shop.scale(service, count);
};

export const growths = {
  lines: growthOf(lines),
  skus: growthOf(skus),
  'past-orders': growthOf(pastOrders),
  instances: growthOf(instances),
};
