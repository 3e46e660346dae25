import { Select } from '../ui/index.ts';
import { type Buyer, buyer, demoCustomers } from './customer.ts';
import { attempt } from './place-order.ts';

const GUEST = '';

/** Who shops. In development anybody may play the part of a customer of the demo. */
export function BuyerPicker() {
  const current = buyer.value;
  const chosen = current.kind === 'guest' ? GUEST : current.customerId;
  const known = demoCustomers.value.map(({ customerId, name }) => ({ value: customerId, name }));
  const isKnown = chosen === GUEST || known.some(({ value }) => value === chosen);
  const choices = [...(isKnown ? [] : [{ value: chosen, name: chosen }]), ...known, { value: GUEST, name: 'A guest' }];
  const choose = (customerId: string): Buyer =>
    customerId === GUEST ? { kind: 'guest', name: '', email: '' } : { kind: 'customer', customerId };
  return (
    <div class="buyer">
      <Select
        label="Shopping as"
        value={chosen}
        choices={attempt.value === null ? choices : choices.filter(({ value }) => value === chosen)}
        onInput={(customerId) => {
          buyer.value = choose(customerId);
        }}
      />
    </div>
  );
}
