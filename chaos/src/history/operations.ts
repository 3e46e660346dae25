import type { CheckoutRequest, HoldStatus, OrderStatus, Order as OrderView, StockLevel } from '@microshop/contracts/http';

type Item = { sku: string; quantity: number };

/** A checkout's answer: the order as it was then; a rejected one is told as a problem, which names it and why. */
export type CheckoutAnswer = { status: number; orderId: string; orderStatus: OrderStatus; order?: OrderView; code?: string };

/** What clients ask, and what they are told when it happened (`ok`). */
export type Operations = {
  checkout: { asked: { key: string; body: CheckoutRequest }; told: CheckoutAnswer };
  /** A key that made an order, with another body: it must be refused. */
  reuse: { asked: { key: string; body: CheckoutRequest }; told: CheckoutAnswer };
  cancel: { asked: { orderId: string }; told: { order: OrderView } };
  fulfil: { asked: { orderId: string }; told: { order: OrderView } };
  'read order': { asked: { orderId: string }; told: { order: OrderView } };
  'read stock': { asked: { sku: string }; told: { level: StockLevel } };
  'read balance': { asked: { customerId: string }; told: { balance: number } };
  hold: { asked: { items: Item[] }; told: { reservationId?: string } };
  'roll back': { asked: { reservationId: string }; told: { status: HoldStatus } };
  'adjust stock': { asked: { sku: string; change: number; key: string }; told: { level: StockLevel } };
  'adjust points': { asked: { customerId: string; change: number; key: string }; told: { balance: number } };
  reprice: { asked: { sku: string; unitPrice: number }; told: { unitPrice: number } };
  /** What no service may take: it must be refused. */
  malformed: { asked: { what: string }; told: { status: number } };
};

export type Operation = keyof Operations;

/** `fail`: refused, surely without an effect; `code` as in the problem document. `info`: what is known of an answer that did not come, or says nothing. */
export type Failure = { status?: number; code: string; orderId?: string };

/** One call, from its `invoke` to what it came to; one that never came to anything is unknown for ever. */
export type Call<F extends Operation = Operation> = {
  op: number;
  f: F;
  client: string;
  asked: Operations[F]['asked'];
  invokedAt: number;
  completedAt: number;
  type: 'ok' | 'fail' | 'info';
  /** Of one that is `ok`. */
  told?: Operations[F]['told'];
  /** Of the others. */
  failure?: Failure;
};
