import { Icon } from '../ui/index.ts';
import { MOST } from './cart.ts';

type Props = { of: string; quantity: number; disabled?: boolean; onChange: (quantity: number) => void };

/** How many of a product: buttons, and a field for those who know. */
export const Stepper = ({ of, quantity, disabled = false, onChange }: Props) => (
  <fieldset class="stepper" disabled={disabled}>
    <legend class="unseen">Quantity of {of}</legend>
    <button type="button" aria-label={`One ${of} less`} onClick={() => onChange(quantity - 1)}>
      <Icon name="minus" />
    </button>
    <input
      type="text"
      inputMode="numeric"
      aria-label={`Quantity of ${of}`}
      value={quantity}
      onChange={(event) => {
        const wanted = Number(event.currentTarget.value);
        // What is no number is put back.
        if (Number.isInteger(wanted) && wanted >= 0) onChange(wanted);
        event.currentTarget.value = String(quantity);
      }}
    />
    <button type="button" aria-label={`One ${of} more`} disabled={quantity >= MOST.quantity} onClick={() => onChange(quantity + 1)}>
      <Icon name="plus" />
    </button>
  </fieldset>
);
