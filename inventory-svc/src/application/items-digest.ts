import { sha256 } from '@microshop/chassis/sha256';
import { canonicalItems } from '@microshop/contracts';

/** What an order and the hold it brings must have in common: SHA-256 of their items, whatever their sequence. */
export const itemsDigest = (items: readonly { sku: string; quantity: number }[]): string => sha256(canonicalItems(items));
