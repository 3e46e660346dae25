import { backlog } from './backlog.ts';
import { boot } from './boot.ts';
import { flashSale } from './flash-sale.ts';
import { growths } from './growths.ts';
import { idle } from './idle.ts';
import { oneOrder } from './one-order.ts';
import { overload } from './overload.ts';
import { hot, uniform } from './sales.ts';
import type { Scenario } from './scenario.ts';

/** In the order in which they run: what leaves much behind comes late. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  idle,
  'one-order': oneOrder,
  uniform,
  hot,
  'flash-sale': flashSale,
  overload,
  boot,
  ...growths,
  backlog,
};
