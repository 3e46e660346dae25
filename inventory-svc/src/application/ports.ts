import type { PageOf } from '@microshop/chassis/http/pagination';
import type { MovementDocument, ProductDocument } from './collections.ts';

/** Ids of holds whose time is over and that nobody has expired yet, the oldest first, at most a batch; of these SKUs or of all. */
export type FindDueHolds = (now: Date, skus?: readonly string[]) => Promise<string[]>;

export type PageRequest = { limit: number; cursor?: string | undefined };
/** Newest first. */
export type ListProducts = (page: PageRequest) => Promise<PageOf<ProductDocument>>;
/** Newest first. */
export type ListMovements = (sku: string, page: PageRequest) => Promise<PageOf<MovementDocument>>;
