import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Tone } from './status.tsx';

type PanelProps = { title: ComponentChildren; actions?: ComponentChildren; padded?: boolean; children: ComponentChildren };

export function Panel({ title, actions, padded = false, children }: PanelProps) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <header class="panel__head">
        <h2 id={id}>{title}</h2>
        {actions !== undefined && <div class="row">{actions}</div>}
      </header>
      {padded ? <div class="panel__body">{children}</div> : children}
    </section>
  );
}

export const Figures = ({ children }: { children: ComponentChildren }) => <dl class="figures">{children}</dl>;

type FigureProps = { name: string; value: ComponentChildren; unit?: string; tone?: Tone; title?: string };

export const Figure = ({ name, value, unit, tone = 'idle', title }: FigureProps) => (
  <div class={`figure figure--${tone}`} {...(title !== undefined && { title })}>
    <dt class="figure__name">{name}</dt>
    <dd class="figure__value">
      {value}
      {unit !== undefined && <span class="figure__unit">{unit}</span>}
    </dd>
  </div>
);

/** Names and values; what is undefined is left out. */
export const Facts = ({ of }: { of: Record<string, ComponentChildren | undefined> }) => (
  <dl class="facts">
    {Object.entries(of)
      .filter(([, value]) => value !== undefined && value !== null && value !== '')
      .flatMap(([name, value]) => [<dt key={`${name}-name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
  </dl>
);

/** What was said, as it was said. It wraps instead of scrolling. */
export const Json = ({ value }: { value: unknown }) => (
  <pre class="code">{typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '')}</pre>
);
