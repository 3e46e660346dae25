import { AppError, refused } from '@microshop/chassis/errors';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { DiscountChange, DiscountRequest } from '@microshop/contracts/http';
import type { Discount } from '../domain/discount.ts';
import { type DiscountDocument, discounts } from './collections.ts';

export const unknownDiscount = (code: string) =>
  refused(404, 'unknown_discount', `There is no discount code ${code}.`, { discountCode: code });

/** Codes are compared in capitals. */
export const codeOf = (code: string): string => code.toUpperCase();

export type CreateDiscount = (request: DiscountRequest) => Promise<Discount>;
export const createCreateDiscount =
  (transact: RunInTransaction): CreateDiscount =>
  (request) =>
    transact(async (tx) => {
      const code = codeOf(request.code);
      if (await tx.get(discounts, code))
        throw refused(409, 'discount_exists', `There is a discount code ${code} already.`, { discountCode: code });
      const discount = checked({ ...termsOf(request), _id: code, code, uses: 0, active: true, createdAt: tx.now });
      tx.put(discounts, discount);
      return discount;
    });

export type ChangeDiscount = (code: string, change: DiscountChange) => Promise<Discount>;
/** Changes the terms for orders to come; a new percentage replaces an amount, and the other way round. */
export const createChangeDiscount =
  (transact: RunInTransaction): ChangeDiscount =>
  (code, change) =>
    transact(async (tx) => {
      const present = await tx.get(discounts, codeOf(code));
      if (!present) throw unknownDiscount(codeOf(code));
      const { percent, amountOff, ...rest } = present;
      const keepsTerms = change.percent === undefined && change.amountOff === undefined;
      const terms = keepsTerms ? { ...(percent !== undefined && { percent }), ...(amountOff !== undefined && { amountOff }) } : {};
      const discount = checked({ ...rest, ...terms, ...termsOf(change) });
      tx.put(discounts, discount);
      return discount;
    });

export type RetireDiscount = (code: string) => Promise<Discount>;
export const createRetireDiscount =
  (transact: RunInTransaction): RetireDiscount =>
  (code) =>
    transact(async (tx) => {
      const present = await tx.get(discounts, codeOf(code));
      if (!present) throw unknownDiscount(codeOf(code));
      const discount = { ...present, active: false };
      tx.put(discounts, discount);
      return discount;
    });

type Terms = Partial<
  Pick<Discount, 'percent' | 'amountOff' | 'minimumTotal' | 'validFrom' | 'validUntil' | 'maxUses' | 'maxUsesPerCustomer'>
>;

function termsOf({ percent, amountOff, minimumTotal, validFrom, validUntil, maxUses, maxUsesPerCustomer }: DiscountChange): Terms {
  return {
    ...(percent !== undefined && { percent }),
    ...(amountOff !== undefined && { amountOff }),
    ...(minimumTotal !== undefined && { minimumTotal }),
    ...(validFrom !== undefined && { validFrom: instant('/validFrom', validFrom) }),
    ...(validUntil !== undefined && { validUntil: instant('/validUntil', validUntil) }),
    ...(maxUses !== undefined && { maxUses }),
    ...(maxUsesPerCustomer !== undefined && { maxUsesPerCustomer }),
  };
}

/** The schema's date-time takes more than a Date does: leap seconds, offsets without minutes. */
function instant(pointer: string, text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw invalid(pointer, 'is a time that can not be kept; write it like 2026-12-31T23:59:59Z.');
  return date;
}

function checked(discount: DiscountDocument): DiscountDocument {
  if ((discount.percent === undefined) === (discount.amountOff === undefined))
    throw invalid('/percent', 'Give either percent or amountOff, not both and not neither.');
  if (discount.validFrom && discount.validUntil && discount.validFrom >= discount.validUntil)
    throw invalid('/validUntil', 'validUntil must be after validFrom.');
  return discount;
}

const invalid = (pointer: string, detail: string) =>
  new AppError({ kind: 'invalid', code: 'invalid_request', message: detail, extensions: { errors: [{ pointer, detail }] } });
