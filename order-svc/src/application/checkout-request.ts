import { AppError } from '@microshop/chassis/errors';
import { sha256 } from '@microshop/chassis/sha256';
import { normalizeEmail } from '@microshop/contracts';
import type { CheckoutRequest, QuoteRequest } from '@microshop/contracts/http';
import { type Item, mergeItems } from '../domain/pricing.ts';
import { idempotencyIdOf } from './collections.ts';

/** What an order's price depends on, normalised: items merged and sorted, code in capitals, e-mail in small letters. */
export type Terms = {
  /** The customer's id; for a guest one that follows from the e-mail, so that two first orders at once are one customer. */
  customerId: string;
  guest?: { email: string; name: string };
  items: Item[];
  discountCode?: string;
  redeemPoints: number;
};

/** A checkout as it is compared and handled. */
export type Checkout = Terms & {
  reservationId?: string;
  idempotencyKey: string;
  /** Scope and key together. */
  idempotencyId: string;
  /** Equal for equal bodies, whatever the order of their items. */
  fingerprint: string;
};

const MAX_QUANTITY = 999;

export const guestId = (email: string): string =>
  `guest-${sha256(normalizeEmail(email))
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 24)}`;

/** Nobody has this id, so that nobody of this id has used a code. */
const NOBODY = '';

export function toTerms(body: QuoteRequest): Terms {
  const items = mergeItems(body.items);
  const tooMany = items.find(({ quantity }) => quantity > MAX_QUANTITY);
  if (tooMany) throw quantityTooLarge(body, tooMany);
  return {
    ...buyerOf(body.customer),
    items,
    ...(body.discountCode !== undefined && { discountCode: body.discountCode.toUpperCase() }),
    redeemPoints: body.redeemPoints ?? 0,
  };
}

function buyerOf(customer: QuoteRequest['customer']): Pick<Terms, 'customerId' | 'guest'> {
  if (!customer) return { customerId: NOBODY };
  if ('customerId' in customer) return { customerId: customer.customerId };
  return { customerId: guestId(customer.email), guest: { email: normalizeEmail(customer.email), name: customer.name.trim() } };
}

export function toCheckout(body: CheckoutRequest, idempotencyKey: string): Checkout {
  const terms = { ...toTerms(body), ...(body.reservationId !== undefined && { reservationId: body.reservationId.toLowerCase() }) };
  const idempotencyId = idempotencyIdOf(terms.customerId, idempotencyKey);
  return { ...terms, idempotencyKey, idempotencyId, fingerprint: sha256(JSON.stringify(terms)) };
}

const quantityTooLarge = ({ items }: QuoteRequest, { sku, quantity }: Item) =>
  new AppError({
    kind: 'invalid',
    code: 'invalid_request',
    message: `The items of ${sku} add up to ${quantity}; an order takes at most ${MAX_QUANTITY} of one SKU.`,
    extensions: {
      errors: [
        {
          pointer: `/items/${items.findLastIndex((item) => item.sku === sku)}/quantity`,
          detail: `all items of ${sku} together must be <= ${MAX_QUANTITY}`,
        },
      ],
    },
  });
