import type { PageOf } from '@microshop/chassis/http/pagination';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import { type MovementDocument, products } from './collections.ts';
import type { ListMovements, PageRequest } from './ports.ts';
import { unknownSku } from './refusals.ts';

/** The ledger of a product: of one that has not moved yet it is empty, of one that does not exist there is none. */
export const createReadMovements =
  ({ transact, listMovements }: { transact: RunInTransaction; listMovements: ListMovements }) =>
  async (sku: string, page: PageRequest): Promise<PageOf<MovementDocument>> => {
    const product = await transact((tx) => tx.get(products, sku));
    if (!product) throw unknownSku(sku);
    return listMovements(sku, page);
  };

export type ReadMovements = ReturnType<typeof createReadMovements>;
