import { createHash } from 'node:crypto';
import { canonicalItems } from '@microshop/contracts';

/** What an order and the hold it brings must have in common: SHA-256 of their items, whatever their sequence. */
export const itemsDigest = (items: readonly { sku: string; quantity: number }[]): string =>
  createHash('sha256').update(canonicalItems(items)).digest('base64url');
