import { expect, it } from 'vitest';
import { itemsDigest } from './items-digest.ts';

const mug = { sku: 'MUG', quantity: 2 };
const pen = { sku: 'PEN', quantity: 1 };

it('is the same for the same items in any sequence', () => {
  expect(itemsDigest([mug, pen])).toBe(itemsDigest([pen, mug]));
});

it('differs when a quantity does', () => {
  expect(itemsDigest([mug])).not.toBe(itemsDigest([{ ...mug, quantity: 3 }]));
});

it('is SHA-256 of the canonical items in base64url, as the contract says', () => {
  expect(itemsDigest([pen, mug])).toBe('Vc3UbUPXKcvdJaih1B2LRE-O_7ybITKl_T-144fTPgU');
});
