import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

export const Folds = ({ label, children }: { label: string; children: ComponentChildren }) => (
  <ul class="folds" aria-label={label}>
    {children}
  </ul>
);

type FoldProps = { head: ComponentChildren; isOpen: boolean; onToggle: () => void; children: ComponentChildren };

/** A line that opens to show the whole of it. */
export const Fold = ({ head, isOpen, onToggle, children }: FoldProps) => (
  <li class="fold">
    <button type="button" class="fold__head" aria-expanded={isOpen} onClick={onToggle}>
      <Icon name="next" />
      {head}
    </button>
    {isOpen && <div class="fold__body">{children}</div>}
  </li>
);
