/** A discount code and how often it was used; the limits are counted here, on what the same transaction writes. */
export type Discount = {
  code: string;
  percent?: number;
  amountOff?: number;
  minimumTotal?: number;
  validFrom?: Date;
  validUntil?: Date;
  maxUses?: number;
  maxUsesPerCustomer?: number;
  uses: number;
  active: boolean;
  createdAt: Date;
};

export type DiscountFault = 'unknown' | 'retired' | 'not_yet_valid' | 'expired' | 'minimum_not_met' | 'used_up' | 'used_up_by_customer';

/** Why the code can not be used now, or undefined when it can. */
export function discountFault(
  discount: Discount | undefined,
  usesOfCustomer: number,
  itemsPrice: number,
  now: Date,
): DiscountFault | undefined {
  if (!discount) return 'unknown';
  if (!discount.active) return 'retired';
  if (discount.validFrom && now < discount.validFrom) return 'not_yet_valid';
  if (discount.validUntil && now > discount.validUntil) return 'expired';
  if (itemsPrice < (discount.minimumTotal ?? 0)) return 'minimum_not_met';
  if (discount.uses >= (discount.maxUses ?? Number.POSITIVE_INFINITY)) return 'used_up';
  if (usesOfCustomer >= (discount.maxUsesPerCustomer ?? Number.POSITIVE_INFINITY)) return 'used_up_by_customer';
  return undefined;
}

export const discountFaultDetails: Record<DiscountFault, string> = {
  unknown: 'There is no such discount code.',
  retired: 'The discount code is not given any more.',
  not_yet_valid: 'The discount code is not valid yet.',
  expired: 'The discount code has expired.',
  minimum_not_met: 'The items cost less than the discount code asks for.',
  used_up: 'The discount code is used up.',
  used_up_by_customer: 'The customer has used the discount code as often as it may be.',
};
