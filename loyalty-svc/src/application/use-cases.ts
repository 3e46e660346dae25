import type { NewId } from '@microshop/chassis/clock';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { adjustPoints } from './adjust-points.ts';
import { changeCustomer } from './change-customer.ts';
import { createCustomer } from './create-customer.ts';
import { deductPoints } from './deduct-points.ts';
import { earnPoints } from './earn-points.ts';
import { refundPoints } from './refund-points.ts';

export type Ports = { transact: RunInTransaction; newId: NewId };
export type Rules = { spendPerPoint: number };
export type UseCases = ReturnType<typeof createUseCases>;

/** All that the service can do. */
export const createUseCases = (ports: Ports, rules: Rules) => ({
  createCustomer: createCustomer(ports),
  changeCustomer: changeCustomer(ports),
  adjustPoints: adjustPoints(ports),

  deductPoints: deductPoints(ports),
  earnPoints: earnPoints(rules),
  refundPoints,
});
