import { useState } from 'preact/hooks';
import type { Target } from '../../../src/api/index.ts';
import { counted, Dialog, TextField } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { discard } from './work.ts';

type DiscardDialogProps = { target: Target; letters: number; onClose: () => void; onChange: () => void };

/** Asks for the reason, which stays with the letters. */
export function DiscardDialog({ target, letters, onClose, onChange }: DiscardDialogProps) {
  const [reason, setReason] = useState('');
  const { busy, act } = useAction();
  const submit = async () => {
    await discard(target, reason.trim(), onChange);
    onClose();
    onChange();
  };
  return (
    <Dialog
      title={`Discard ${counted(letters, 'letter')}?`}
      action="Discard"
      danger
      disabled={busy || reason.trim() === ''}
      onClose={onClose}
      onSubmit={() => act(submit)}
    >
      <p>They will never be handled. It takes effect after a short time; until then it can be undone.</p>
      <TextField
        label="Reason"
        value={reason}
        onInput={setReason}
        placeholder="test record, refunded by hand…"
        hint="It is kept in the letters’ trail, with your name."
        maxLength={500}
        required
        autoFocus
      />
    </Dialog>
  );
}
