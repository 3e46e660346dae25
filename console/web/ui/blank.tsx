import type { ComponentChildren } from 'preact';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

type BlankProps = { title: string; icon?: IconName; children?: ComponentChildren };

/** Nothing to show, and what to do about it. */
export const Empty = ({ title, icon = 'empty', children }: BlankProps) => (
  <div class="blank">
    <Icon name={icon} />
    <p class="blank__title">{title}</p>
    {children}
  </div>
);

type FailedProps = { title: string; detail: string; onRetry?: (() => void) | undefined; children?: ComponentChildren };

export const Failed = ({ title, detail, onRetry, children }: FailedProps) => (
  <div class="blank blank--bad" role="alert">
    <Icon name="warn" />
    <p class="blank__title">{title}</p>
    <p>{detail}</p>
    {onRetry && <Button onClick={onRetry}>Try again</Button>}
    {children}
  </div>
);

export const Loading = ({ lines = 6 }: { lines?: number }) => (
  <div class="bones" role="status" aria-label="Loading">
    {Array.from({ length: lines }, (_, line) => (
      <div key={line} class="bone" />
    ))}
  </div>
);

export const Notice = ({ tone = 'info', children }: { tone?: 'info' | 'good' | 'warn' | 'bad'; children: ComponentChildren }) => (
  <div class={`notice notice--${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
    <Icon name={tone} />
    <div>{children}</div>
  </div>
);
