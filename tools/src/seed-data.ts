import type { CustomerRequest, DiscountRequest } from '@microshop/contracts/http';

export type SeedProduct = { sku: string; name: string; unitPrice: number; stock: number };
export type SeedCustomer = CustomerRequest & { customerId: string; points: number };

/** The product that is meant to run out: `--stock` leaves it alone. */
const SCARCE = 'LAMP-LIMITED';

const namedProducts: readonly SeedProduct[] = [
  { sku: 'MUG-BLUE', name: 'Mug, blue', unitPrice: 1290, stock: 100 },
  { sku: 'MUG-RED', name: 'Mug, red', unitPrice: 1290, stock: 100 },
  { sku: 'TSHIRT-M', name: 'T-shirt, medium', unitPrice: 2490, stock: 80 },
  { sku: 'TSHIRT-L', name: 'T-shirt, large', unitPrice: 2490, stock: 80 },
  { sku: 'HOODIE-M', name: 'Hoodie, medium', unitPrice: 5490, stock: 40 },
  { sku: 'CAP', name: 'Cap', unitPrice: 1990, stock: 60 },
  { sku: 'TOTE-BAG', name: 'Tote bag', unitPrice: 990, stock: 150 },
  { sku: 'NOTEBOOK', name: 'Notebook, dotted', unitPrice: 890, stock: 200 },
  { sku: 'PEN-SET', name: 'Set of three pens', unitPrice: 690, stock: 200 },
  { sku: 'STICKERS', name: 'Sheet of stickers', unitPrice: 350, stock: 500 },
  { sku: 'POSTER-A2', name: 'Poster, A2', unitPrice: 1490, stock: 70 },
  { sku: SCARCE, name: 'Desk lamp, limited edition', unitPrice: 12900, stock: 5 },
];

const customer = (customerId: string, name: string, points: number): SeedCustomer => ({
  customerId,
  email: `${customerId}@example.com`,
  name,
  points,
});

const namedCustomers: readonly SeedCustomer[] = [
  customer('ada', 'Ada Lovelace', 2000),
  customer('grace', 'Grace Hopper', 1000),
  customer('alan', 'Alan Turing', 500),
  customer('edsger', 'Edsger Dijkstra', 250),
  { ...customer('mallory', 'Mallory', 0), blocked: true },
];

export const discounts: readonly DiscountRequest[] = [
  { code: 'WELCOME10', percent: 10 },
  { code: 'FIVER', amountOff: 500, minimumTotal: 2000 },
  { code: 'LASTONE', percent: 20, maxUses: 1 },
];

/** The named products and as many numbered ones as make `count` in all. */
export function seedProducts(count: number, stock?: number): SeedProduct[] {
  const products = [...namedProducts, ...numbered(count - namedProducts.length, numberedProduct)];
  return stock === undefined ? products : products.map((product) => (product.sku === SCARCE ? product : { ...product, stock }));
}

export const seedCustomers = (count: number): SeedCustomer[] => [
  ...namedCustomers,
  ...numbered(count - namedCustomers.length, (number, padded) => customer(`customer-${padded}`, `Customer ${number}`, 0)),
];

/** Prices from 1.00 to 99.99, the same for a number at each run. */
const numberedProduct = (number: number, padded: string): SeedProduct => ({
  sku: `SKU-${padded}`,
  name: `Product ${number}`,
  unitPrice: 100 + ((number * 7919) % 9900),
  stock: 1000,
});

const numbered = <T>(count: number, make: (number: number, padded: string) => T): T[] =>
  Array.from({ length: Math.max(0, count) }, (_, index) => make(index + 1, String(index + 1).padStart(6, '0')));
