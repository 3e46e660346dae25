import { type AdmissionLimitOptions, createAdmissionLimit } from '@microshop/chassis/http/admission-limit';
import { refuseOverloaded, whenOver } from '@microshop/chassis/http/in-flight';
import type { onRequestHookHandler } from 'fastify';
import type { Announce } from '../application/settle-order.ts';
import type { Order } from '../domain/order.ts';

export type CheckoutAdmission = {
  /** Lets a checkout in or answers 503 `overloaded`, before anything is read or written for it. */
  admit: onRequestHookHandler;
  /** A new order's request waited so long, for its outcome or in vain. */
  waited(ms: number): void;
  /** Told of each ending that this process decides. */
  onEnding: Announce;
  state(): { open: number; limit: number };
};

export type CheckoutAdmissionOptions = AdmissionLimitOptions & { onRefused(): void };

/** As many Idempotency-Keys are remembered. */
const KNOWN_KEYS = 10_000;

/** Bounds the checkouts that are open by what is decided lately. Each one that was let in may come once more whatever the limit: its answer may be lost. */
export function createCheckoutAdmission({ onRefused, ...options }: CheckoutAdmissionOptions): CheckoutAdmission {
  const limit = createAdmissionLimit(options);
  const known = new Set<string>();

  function remember(key: string) {
    known.add(key);
    const [oldest] = known.size > KNOWN_KEYS ? known : [];
    if (oldest !== undefined) known.delete(oldest);
  }

  return {
    admit({ headers }, reply, done) {
      const key = String(headers['idempotency-key']);
      const isRepeat = known.delete(key);
      if (!limit.enter(isRepeat)) {
        onRefused();
        return refuseOverloaded(reply);
      }
      if (!isRepeat) remember(key);
      whenOver(reply, limit.leave);
      done();
    },
    waited: limit.waited,
    onEnding(order) {
      if (isAnswered(order)) limit.completed();
    },
    state: limit.state,
  };
}

/** Decided by the answers of the others; a timeout or a cancellation says nothing about how much can be done. */
const isAnswered = ({ status, rejection }: Order): boolean =>
  status === 'confirmed' || (status === 'rejected' && rejection?.code !== 'timed_out');
