import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './button.tsx';

type DialogProps = {
  title: string;
  onClose: () => void;
  onSubmit: () => void;
  action: string;
  danger?: boolean;
  /** What leaves everything as it is. */
  back?: string;
  /** While it runs, or while something is missing. */
  disabled?: boolean;
  children: ComponentChildren;
};

/** A question that waits for its answer; Esc takes it back, and the focus returns to where it was. */
export function Dialog({ title, onClose, onSubmit, action, danger = false, back = 'Cancel', disabled = false, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          if (!disabled) onSubmit();
        }}
      >
        <h2 id={id} class="dialog__head">
          {title}
        </h2>
        <div class="dialog__body">{children}</div>
        <div class="dialog__actions">
          <Button onClick={onClose}>{back}</Button>
          <Button kind={danger ? 'danger' : 'primary'} type="submit" disabled={disabled}>
            {action}
          </Button>
        </div>
      </form>
    </dialog>
  );
}
