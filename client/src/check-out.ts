import type { CheckoutRequest, Order } from './api.ts';
import { isPassing, pause, waitMs } from './retry.ts';

export type CheckoutOptions = {
  /** One for each order, kept by the caller until the outcome is known: the same again gets the same order. */
  idempotencyKey: string;
  /** How long the answer may wait for the decision, at most 25 s; the service's own choice is 2 s. */
  waitSeconds?: number;
  /** How often the same is sent in all when no answer comes or the service is busy: 5. */
  attempts?: number;
  signal?: AbortSignal;
};

export type Send = (request: CheckoutRequest, options: CheckoutOptions) => Promise<Order>;

/** Sends a checkout until there is an answer. A lost answer is asked for with the same key, so that there is never a second order. */
export async function checkOut(send: Send, request: CheckoutRequest, options: CheckoutOptions): Promise<Order> {
  const { attempts = 5, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(request, options);
    } catch (error) {
      if (attempt >= attempts || !isPassing(error)) throw error;
      await pause(waitMs(attempt, error), signal);
    }
  }
}

/** A key for one order. Also there where a page is not served over TLS, unlike `crypto.randomUUID`. */
export const newIdempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
