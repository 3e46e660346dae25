import type { Subscription } from '@microshop/chassis/consumer/subscription';
import type { Broker } from '@microshop/chassis/kafka/broker';
import type { OutboxStore } from '@microshop/chassis/outbox/outbox-relay';
import type { Store } from '@microshop/chassis/store/store';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { ServiceName } from '@microshop/contracts';
import type { UseCases as InventoryUseCases } from '@microshop/inventory-svc/application/use-cases';
import type { UseCases as OrderUseCases } from '@microshop/order-svc/application/use-cases';
import type { Database } from './world/database.ts';
import type { View } from './world/store-ports.ts';

export type Place = { service: ServiceName; database: Database; view: View };
type Wrap<T> = (real: T, place: Place) => T;

/** A planted bug: what it puts in place of a port or a use case. The services themselves know nothing of it. */
export type Mutation = {
  store?: Wrap<Store>;
  outbox?: Wrap<OutboxStore>;
  broker?: Wrap<Broker>;
  transact?: Wrap<RunInTransaction>;
  subscription?: Wrap<Subscription>;
  markProgress?: Wrap<() => Promise<() => Promise<boolean>>>;
  orderUseCases?: Wrap<OrderUseCases>;
  inventoryUseCases?: Wrap<InventoryUseCases>;
};
