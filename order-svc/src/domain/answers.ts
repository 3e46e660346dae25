import type { PointsRejectionReason, StockRejectionReason } from '@microshop/contracts';
import type { Shortage } from '@microshop/contracts/http';

/** What inventory-svc said of one SKU; the first answer binds. */
export type StockAnswer = { sku: string; reserved: true } | ({ reserved: false; reason: StockRejectionReason } & Shortage);
/** What loyalty-svc said; it names the customer that a guest turned out to be. */
export type PointsAnswer = { customerId: string } & (
  | { deducted: true }
  | { deducted: false; reason: PointsRejectionReason; balance: number }
);
