import { SearchBox, Select, TextField } from '../../ui/index.ts';
import { useAddress, useTyped } from '../address.ts';
import { fromField, toField } from '../local-time.ts';
import { Toggle } from '../toggle.tsx';
import { orderStatus, spelled } from '../words.ts';

/** On a phone the orders come first. */
const wide = matchMedia('(min-width: 701px)');
const firstPage = { cursor: undefined };
const statuses = [{ value: '', name: 'Any' }, ...Object.entries(orderStatus).map(([value, { text }]) => ({ value, name: text }))];
const codes = ['out_of_stock', 'insufficient_points', 'customer_rejected', 'reservation_invalid', 'timed_out'];

export function Filters() {
  const { query, change } = useAddress();
  const [search, setSearch] = useTyped('search', firstPage);
  const [customer, setCustomer] = useTyped('customer', firstPage);
  const [sku, setSku] = useTyped('sku', firstPage);
  const choose = (name: string) => (value: string | undefined) => change({ [name]: value, ...firstPage });
  const known = query.reason === undefined || codes.includes(query.reason) ? codes : [...codes, query.reason];
  const reasons = [{ value: '', name: 'Any' }, ...known.map((value) => ({ value, name: spelled(value) }))];
  const isOpen =
    wide.matches || [query.customer, query.status, query.reason, query.sku, query.from, query.until].some((given) => given !== undefined);
  return (
    <div class="stack stack--tight">
      <div class="row">
        <SearchBox label="Search the orders" placeholder="Order id, customer id or e-mail" value={search} onInput={setSearch} />
        <Toggle name="With dead letters" on={query.dead === 'true'} onChange={(on) => choose('dead')(on ? 'true' : undefined)} />
      </div>
      <details class="more" open={isOpen}>
        <summary>More filters</summary>
        <div class="filters">
          <Select label="Status" choices={statuses} value={query.status ?? ''} onInput={choose('status')} />
          <Select label="Reason" choices={reasons} value={query.reason ?? ''} onInput={choose('reason')} />
          <TextField label="Customer" value={customer} onInput={setCustomer} maxLength={64} autoComplete="off" />
          <TextField label="SKU" value={sku} onInput={setSku} maxLength={64} autoComplete="off" />
          <TextField label="From" type="datetime-local" value={toField(query.from)} onInput={(local) => choose('from')(fromField(local))} />
          <TextField
            label="Until"
            type="datetime-local"
            value={toField(query.until)}
            onInput={(local) => choose('until')(fromField(local))}
          />
        </div>
      </details>
    </div>
  );
}
