/** What is ordered, of which products, by whom: products and customers are named by a prefix and a number, so a plan needs no lists. */
export type OrderShape = {
  readonly prefix: string;
  readonly skus: number;
  readonly customers: number;
  /** Different SKUs in an order. */
  readonly lines: number;
  readonly redeemPoints: number;
  /** The first line of every order is the product that everybody wants. */
  readonly isHot: boolean;
  /** Seconds that a client waits for the outcome. */
  readonly waitSeconds: number;
};

export const skuOf = (prefix: string, index: number): string => `${prefix}-${index}`;
export const hotSkuOf = (prefix: string): string => `${prefix}-HOT`;
export const customerOf = (prefix: string, index: number): string => `${prefix}-c${index}`;

const anyBelow = (count: number): number => Math.floor(Math.random() * count);

function skusOf({ prefix, skus, lines, isHot }: OrderShape): string[] {
  const chosen = new Set(isHot ? [hotSkuOf(prefix)] : []);
  while (chosen.size < lines) chosen.add(skuOf(prefix, anyBelow(skus)));
  return [...chosen];
}

/** The next checkout as a whole HTTP request. `key` is its Idempotency-Key. */
export function checkoutRequest(shape: OrderShape, key: string): string {
  const body = JSON.stringify({
    customer: { customerId: customerOf(shape.prefix, anyBelow(shape.customers)) },
    items: skusOf(shape).map((sku) => ({ sku, quantity: 1 })),
    redeemPoints: shape.redeemPoints,
  });
  return (
    'POST /checkout HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n' +
    `content-length: ${body.length}\r\nidempotency-key: ${key}\r\nprefer: wait=${shape.waitSeconds}\r\n\r\n${body}`
  );
}
