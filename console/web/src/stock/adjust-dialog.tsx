import { useRef, useState } from 'preact/hooks';
import type { StockRow } from '../../../src/api/index.ts';
import { count, Dialog, TextField, toast } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { send } from '../api.ts';

/** Restocks or corrects. The key is made once for the dialog: pressing again after a lost answer changes the stock once. */
export function AdjustDialog({ row: { sku, available }, onClose }: { row: StockRow; onClose: () => void }) {
  const [change, setChange] = useState('');
  const [reason, setReason] = useState('');
  const key = useRef(crypto.randomUUID());
  const { busy, act } = useAction();
  const units = /^[+-]?\d{1,9}$/.test(change.trim()) ? Number(change) : undefined;
  const after = units === undefined ? undefined : available + units;
  const error = wrongWith(change, units, after);

  const adjust = async () => {
    await send('POST', `/console/api/products/${encodeURIComponent(sku)}/stock`, {
      body: { change: units, reason: reason.trim() },
      headers: { 'idempotency-key': key.current },
    });
    toast(`${sku}: ${units !== undefined && units > 0 ? '+' : ''}${units} units, ${reason.trim()}.`);
    onClose();
  };

  return (
    <Dialog
      title={`Adjust the stock of ${sku}`}
      action="Adjust"
      disabled={busy || units === undefined || error !== undefined || reason.trim() === ''}
      onClose={onClose}
      onSubmit={() => act(adjust)}
    >
      <TextField
        label="Change in units"
        value={change}
        onInput={(typed) => {
          setChange(typed);
          key.current = crypto.randomUUID();
        }}
        placeholder="+10 or -3"
        error={error}
        hint={after === undefined ? `${count(available)} available now` : `${count(available)} → ${count(after)} available`}
        autoComplete="off"
        required
        autoFocus
      />
      <TextField
        label="Reason"
        value={reason}
        onInput={(typed) => {
          setReason(typed);
          key.current = crypto.randomUUID();
        }}
        placeholder="delivery, stocktaking, damaged…"
        hint="It stays in the ledger with this movement."
        maxLength={200}
        required
      />
    </Dialog>
  );
}

function wrongWith(typed: string, units: number | undefined, after: number | undefined): string | undefined {
  if (typed.trim() === '' || typed.trim() === '-' || typed.trim() === '+') return undefined;
  if (units === undefined) return 'Write a whole number, such as +10 or -3.';
  if (units === 0) return 'A change of 0 changes nothing.';
  return after !== undefined && after < 0 ? 'More than is available: reserved units belong to orders.' : undefined;
}
