import { signal } from '@preact/signals';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

type Offer = { name: string; run: () => void };
type Toast = { id: number; text: string; bad: boolean; offer: Offer | undefined };

const shown = signal<readonly Toast[]>([]);
const SHOWN_MS = 8000;
let last = 0;

const dismiss = (id: number): void => {
  shown.value = shown.value.filter((toast) => toast.id !== id);
};

/** Says what was done; a failure stays until it is dismissed. */
export function toast(text: string, { bad = false, offer }: { bad?: boolean; offer?: Offer } = {}): void {
  const id = ++last;
  shown.value = [...shown.value.slice(-2), { id, text, bad, offer }];
  if (!bad) setTimeout(() => dismiss(id), SHOWN_MS);
}

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {shown.value.map(({ id, text, bad, offer }) => (
      <div key={id} class={`toast ${bad ? 'toast--bad' : ''}`}>
        <Icon name={bad ? 'warn' : 'good'} />
        <span class="wrap-anywhere">{text}</span>
        {offer && (
          <Button
            onClick={() => {
              dismiss(id);
              offer.run();
            }}
          >
            {offer.name}
          </Button>
        )}
        <Button kind="quiet" onClick={() => dismiss(id)}>
          Dismiss
        </Button>
      </div>
    ))}
  </div>
);
