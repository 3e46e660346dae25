import { type CheckoutRequest, newIdempotencyKey, ProblemError } from '@microshop/client';
import { batch, signal } from '@preact/signals';
import { cart, emptyCart } from './cart.ts';
import { shop } from './shop-client.ts';
import { isRecord, stored } from './stored.ts';

/** A checkout that was sent and whose outcome is not known yet. It is kept before it is sent, with its key: asked again, it is the same order. */
export type Attempt = { readonly idempotencyKey: string; readonly request: CheckoutRequest };

const isAttempt = (value: unknown): value is Attempt | null =>
  value === null || (isRecord(value) && typeof value.idempotencyKey === 'string' && isRecord(value.request));

export const attempt = stored<Attempt | null>('microshop.attempt', null, isAttempt);

export type Sending = { kind: 'idle' } | { kind: 'sending' } | { kind: 'refused'; error: ProblemError };
export const sending = signal<Sending>({ kind: 'idle' });

const isOrderIds = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((id) => typeof id === 'string');
/** The orders that were placed in this browser, the newest first. */
export const ownOrders = stored<readonly string[]>('microshop.orders', [], isOrderIds);
const MOST_KEPT = 50;

/** Places the order, unless one is on its way already. Answers its id; without one, `sending` or the attempt that is still there say why. */
export function placeOrder(request: CheckoutRequest): Promise<string | undefined> {
  const isFirst = attempt.value === null;
  attempt.value ??= { idempotencyKey: newIdempotencyKey(), request };
  return ask(attempt.value, isFirst);
}

/** Asks for the outcome of the attempt that is kept, if there is one. */
export const askAgain = async (): Promise<string | undefined> => (attempt.value ? ask(attempt.value, false) : undefined);

async function ask({ idempotencyKey, request }: Attempt, isFirst: boolean): Promise<string | undefined> {
  if (sending.value.kind === 'sending') return undefined;
  sending.value = { kind: 'sending' };
  try {
    // The order's page shows the decision as it comes: nothing to wait for here.
    const { orderId } = await shop.checkOut(request, { idempotencyKey, waitSeconds: 0 });
    return ended(orderId);
  } catch (error) {
    // Decided already, when it was asked for again.
    if (error instanceof ProblemError && typeof error.problem.orderId === 'string') return ended(error.problem.orderId);
    if (error instanceof ProblemError && madeNone(error, isFirst)) drop({ kind: 'refused', error });
    else sending.value = { kind: 'idle' };
    return undefined;
  }
}

/** Whether no order was made, so that the key is free. What stops a repetition at the door (a guard, a rush) says nothing about the request before it. */
const madeNone = ({ status }: ProblemError, isFirst: boolean): boolean =>
  [400, 404, 422].includes(status) || (isFirst && [401, 403, 409].includes(status));

/** What was refused was another order than the one that is in the cart now. */
export function changed(): void {
  if (sending.value.kind === 'refused') sending.value = { kind: 'idle' };
}

/** For who does not want to wait for an answer any more: the order may have arrived nevertheless. */
export const stopAsking = (): void => drop({ kind: 'idle' });

function drop(how: Sending): void {
  batch(() => {
    attempt.value = null;
    sending.value = how;
  });
}

function ended(orderId: string): string {
  batch(() => {
    cart.value = emptyCart;
    ownOrders.value = [orderId, ...ownOrders.value.filter((each) => each !== orderId)].slice(0, MOST_KEPT);
    drop({ kind: 'idle' });
  });
  return orderId;
}
