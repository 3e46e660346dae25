import type { ComponentChildren, TargetedMouseEvent } from 'preact';
import { Icon, type IconName } from './icon.tsx';

type Props = {
  children: ComponentChildren;
  kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  icon?: IconName;
  type?: 'button' | 'submit';
  disabled?: boolean;
  /** Says why it can not be pressed, or what it does in full. */
  title?: string;
  onClick?: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
};

export const Button = ({ children, kind = 'plain', icon, type = 'button', ...rest }: Props) => (
  <button class={`button button--${kind}`} type={type} {...rest}>
    {icon && <Icon name={icon} />}
    {children}
  </button>
);

export const LinkButton = ({ children, kind = 'plain', icon, href }: Pick<Props, 'children' | 'kind' | 'icon'> & { href: string }) => (
  <a class={`button button--${kind}`} href={href}>
    {icon && <Icon name={icon} />}
    {children}
  </a>
);
