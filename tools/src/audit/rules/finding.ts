import type { ServiceName } from '@microshop/contracts';
import type { Level } from '@microshop/inventory-svc/domain/stock';

/** The invariants of docs/guarantees.md, as they are printed. */
export const invariants = {
  stock: '1 stock: received = available + reserved + sold, as ledger, reservations and holds say, none negative',
  points: '2 points: balance = sum of the ledger, or zero while points are owed; each order has its rows',
  orders: '3 orders: each ends in time, by a legal path; total = items - discount - points',
  agreement: '4 agreement: confirmed orders hold exactly their lines and points, ended ones hold nothing',
  delivery: '5 delivery: each outbox row is published, each published event was committed',
  idempotency: '6 idempotency: one order for each key, one key for each order',
  discounts: '7 discounts: each counts as many uses as orders have it',
} as const;
export type InvariantId = keyof typeof invariants;
export const invariantIds = Object.keys(invariants) as InvariantId[];

export type Subject = { kind: 'sku' | 'customer' | 'order' | 'reservation' | 'event' | 'discount'; id: string };

/** What is wrong, with what a repair needs to know. */
export type Fault =
  | { kind: 'level_negative'; level: Level }
  | { kind: 'level_not_ledger'; level: Level; ledger: Level }
  | { kind: 'level_not_promised' }
  | { kind: 'ledger_gap'; version: number; rows: number }
  | { kind: 'balance_not_ledger'; balance: number; sum: number }
  | { kind: 'points_not_ledger'; customerId: string | undefined; missing: number }
  | { kind: 'order_path' }
  | { kind: 'order_price' }
  | { kind: 'order_stuck'; overdueMs: number }
  | { kind: 'line_not_sold'; sku: string; quantity: number; isReserved: boolean }
  | { kind: 'line_kept'; sku: string; quantity: number }
  | { kind: 'hold_kept'; holdId: string; sku: string; quantity: number }
  | { kind: 'points_not_earned' }
  | { kind: 'points_differ'; customerId: string; missing: number }
  | { kind: 'points_kept'; customerId: string; points: number }
  | { kind: 'no_order'; sku: string; quantity: number }
  | { kind: 'event_not_published'; service: ServiceName; outboxId: string; refused: boolean }
  | { kind: 'event_lost'; service: ServiceName; outboxId: string }
  | { kind: 'event_uncommitted'; service: ServiceName }
  | { kind: 'key_count'; keys: number }
  | { kind: 'discount_uses'; uses: number; counted: number };

export type Finding = {
  invariant: InvariantId;
  subject: Subject;
  /** What is wrong with the subject, beginning with its id. */
  sentence: string;
  fault: Fault;
  /** Of the order that was judged: what is found of another version is another finding. */
  version?: number;
};

/** The same thing found again. */
export const findingId = ({ invariant, subject, fault, version = 0 }: Finding): string =>
  [invariant, subject.kind, subject.id, fault.kind, 'sku' in fault ? fault.sku : '', version].join('\n');
