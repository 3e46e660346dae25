import type { Quote } from '@microshop/client';
import { money } from '../ui/index.ts';

/** What discount and points take off, and what is left to pay. */
export function Reductions({ of }: { of: Omit<Quote, 'items'> }) {
  const { currency, discountCode, discountPrice, redeemedPoints, pointsDiscountPrice, totalPrice } = of;
  return (
    <>
      {discountPrice > 0 && <Sum name={`Discount ${discountCode ?? ''}`} value={`−${money(discountPrice, currency)}`} />}
      {pointsDiscountPrice > 0 && <Sum name={`${redeemedPoints} points`} value={`−${money(pointsDiscountPrice, currency)}`} />}
      <div class="sums__row sums__row--total">
        <dt>Total</dt>
        <dd>{money(totalPrice, currency)}</dd>
      </div>
    </>
  );
}

export const Sum = ({ name, value }: { name: string; value: string }) => (
  <div class="sums__row soft">
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
