import type { Clock, NewId } from '@microshop/chassis/clock';
import { groupTransactions } from '@microshop/chassis/store/group-transactions';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { createAdjustStock } from './adjust-stock.ts';
import { createChangeHold } from './change-hold.ts';
import { createChangeProduct } from './change-product.ts';
import { createChangeReservation } from './change-reservation.ts';
import { createCreateProduct } from './create-product.ts';
import { createExpireHolds } from './expire-holds.ts';
import { createFreeDueHolds } from './free-due-holds.ts';
import type { StockWatch } from './metrics.ts';
import { createMoveStock } from './move-stock.ts';
import type { FindDueHolds, ListMovements, ListProducts } from './ports.ts';
import { createReadMovements } from './read-movements.ts';
import { createReadProduct } from './read-product.ts';
import { createReadStock } from './read-stock.ts';
import { createReleaseStock } from './release-stock.ts';
import { createReserveStock } from './reserve-stock.ts';
import { createRetireProduct } from './retire-product.ts';
import { createRollBackHold } from './roll-back-hold.ts';
import { createSellStock } from './sell-stock.ts';
import { createSweepHolds } from './sweep-holds.ts';
import { createValidateStock } from './validate-stock.ts';

export type Ports = {
  transact: RunInTransaction;
  clock: Clock;
  newId: NewId;
  listProducts: ListProducts;
  listMovements: ListMovements;
  findDueHolds: FindDueHolds;
  watch?: StockWatch;
};
export type Rules = { shopCurrency: string; holdTtlMs: number };
export type UseCases = ReturnType<typeof createUseCases>;

/** All that the service can do. */
export function createUseCases(ports: Ports, { shopCurrency, holdTtlMs }: Rules) {
  const { transact, clock, newId, listProducts, listMovements, findDueHolds, watch } = ports;
  // Orders come in batches; what requests do to stock is grouped the same way.
  const grouped = groupTransactions(transact);
  const moveStock = createMoveStock(newId, watch?.guardHit);
  const changeReservation = createChangeReservation(moveStock);
  const changeHold = createChangeHold(moveStock, watch?.holdEnded);
  const expireHolds = createExpireHolds(changeHold);
  const freeDueHolds = createFreeDueHolds({ findDueHolds, expireHolds });

  return {
    listProducts,
    readProduct: createReadProduct({ transact }),
    createProduct: createCreateProduct({ transact, shopCurrency }),
    changeProduct: createChangeProduct({ transact, shopCurrency }),
    retireProduct: createRetireProduct({ transact }),

    readStock: createReadStock({ transact, freeDueHolds }),
    adjustStock: createAdjustStock({ transact: grouped, moveStock, freeDueHolds }),
    readMovements: createReadMovements({ transact, listMovements }),

    validateStock: createValidateStock({ transact: grouped, newId, moveStock, freeDueHolds, holdTtlMs }),
    rollBackHold: createRollBackHold({ transact: grouped, changeHold }),
    sweepHolds: createSweepHolds({ transact, clock, findDueHolds, expireHolds }),

    reserveStock: createReserveStock({ changeReservation, changeHold, freeDueHolds }),
    sellStock: createSellStock({ changeReservation }),
    releaseStock: createReleaseStock({ changeReservation, changeHold }),
  };
}
