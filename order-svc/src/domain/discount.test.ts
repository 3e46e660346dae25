import { describe, expect, it } from 'vitest';
import { aDiscount, at } from '../testing/builders.ts';
import { type Discount, type DiscountFault, discountFault, discountFaultDetails } from './discount.ts';

const faultOf = (discount: Partial<Discount>, { uses = 0, itemsPrice = 1000, now = at(10) } = {}) =>
  discountFault(aDiscount(discount), uses, itemsPrice, now);

describe('a discount code can not be used', () => {
  it('when there is none', () => expect(discountFault(undefined, 0, 1000, at(0))).toBe('unknown'));
  it('when it is retired', () => expect(faultOf({ active: false })).toBe('retired'));

  it('before its first moment', () => {
    expect(faultOf({ validFrom: at(11) })).toBe('not_yet_valid');
    expect(faultOf({ validFrom: at(10) })).toBeUndefined();
  });

  it('after its last moment', () => {
    expect(faultOf({ validUntil: at(9) })).toBe('expired');
    expect(faultOf({ validUntil: at(10) })).toBeUndefined();
  });

  it('below its minimum', () => {
    expect(faultOf({ minimumTotal: 1001 })).toBe('minimum_not_met');
    expect(faultOf({ minimumTotal: 1000 })).toBeUndefined();
  });

  it('after its last use', () => {
    expect(faultOf({ maxUses: 2, uses: 2 })).toBe('used_up');
    expect(faultOf({ maxUses: 2, uses: 3 })).toBe('used_up');
    expect(faultOf({ maxUses: 2, uses: 1 })).toBeUndefined();
  });

  it("after the customer's last use", () => {
    expect(faultOf({ maxUsesPerCustomer: 1 }, { uses: 1 })).toBe('used_up_by_customer');
    expect(faultOf({ maxUsesPerCustomer: 1 }, { uses: 0 })).toBeUndefined();
  });
});

describe('a discount code without limits', () => {
  it('can be used', () => expect(faultOf({ uses: 1_000_000 }, { uses: 1_000_000, itemsPrice: 0 })).toBeUndefined());
});

describe('a fault', () => {
  it('is told in a sentence, each in its own', () => {
    const all: DiscountFault[] = ['unknown', 'retired', 'not_yet_valid', 'expired', 'minimum_not_met', 'used_up', 'used_up_by_customer'];
    expect(Object.keys(discountFaultDetails)).toEqual(all);
    expect(new Set(Object.values(discountFaultDetails)).size).toBe(all.length);
  });
});
