import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle';

/** A state as a shape and a word; the colour only repeats them. */
export const Status = ({ tone, children, title }: { tone: Tone; children: ComponentChildren; title?: string }) => (
  <span class={`status status--${tone}`} {...(title !== undefined && { title })}>
    <Icon name={tone} />
    {children}
  </span>
);
