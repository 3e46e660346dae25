import type { Broker } from './kafka/broker.ts';
import type { LeaseStore } from './outbox/lease.ts';
import type { OutboxStore } from './outbox/outbox-relay.ts';
import type { Store } from './store/store.ts';

/** All that a service does to the world outside, but for its answers over HTTP and its queries, goes through these. */
export type Ports = { store: Store; broker: Broker; outbox: OutboxStore; leases: LeaseStore };
