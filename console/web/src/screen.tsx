import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Icon } from '../ui/index.ts';

type ScreenProps = {
  title: string;
  /** The heading when it is more than the title's text. */
  heading?: ComponentChildren;
  /** Where this screen was reached from. */
  parent?: { name: string; href: string };
  actions?: ComponentChildren;
  children: ComponentChildren;
};

/** One screen: its heading, what can be done, its content; and its name in the browser's tab. */
export function Screen({ title, heading = title, parent, actions, children }: ScreenProps) {
  useEffect(() => {
    document.title = `${title} · Microshop`;
  }, [title]);
  return (
    <div class="screen stack">
      <header class="screen__head">
        <div class="screen__title">
          {parent && (
            <a class="screen__parent" href={parent.href}>
              <Icon name="back" />
              {parent.name}
            </a>
          )}
          <h1 class="wrap-anywhere">{heading}</h1>
        </div>
        {actions !== undefined && <div class="row">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
