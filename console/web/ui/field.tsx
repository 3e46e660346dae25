import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Icon } from './icon.tsx';

type FieldProps = { label: string; hint?: ComponentChildren; error?: string | undefined };
type Control = { id: string; class: string; 'aria-describedby': string; 'aria-invalid': boolean };

function Field({ label, hint, error, children }: FieldProps & { children: (control: Control) => ComponentChildren }) {
  const id = useId();
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      {children({ id, class: 'input', 'aria-describedby': `${id}-says`, 'aria-invalid': error !== undefined })}
      <span id={`${id}-says`} class={error === undefined ? 'field__hint' : 'field__error'}>
        {error ?? hint}
      </span>
    </div>
  );
}

type Value = { value: string; onInput: (value: string) => void };
type TextProps = FieldProps &
  Value & {
    type?: 'text' | 'password' | 'number' | 'email' | 'datetime-local';
    required?: boolean;
    placeholder?: string;
    min?: number;
    max?: number;
    maxLength?: number;
    autoComplete?: string;
    autoFocus?: boolean;
  };

export function TextField({ label, hint, error, onInput, type = 'text', autoFocus = false, ...rest }: TextProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) input.current?.focus();
  }, [autoFocus]);
  const attributes = { ...rest, type } as InputHTMLAttributes;
  return (
    <Field label={label} hint={hint} error={error}>
      {(control) => <input {...control} {...attributes} ref={input} onInput={(event) => onInput(event.currentTarget.value)} />}
    </Field>
  );
}

export const TextArea = ({ label, hint, error, value, onInput, maxLength = 2000 }: FieldProps & Value & { maxLength?: number }) => (
  <Field label={label} hint={hint} error={error}>
    {(control) => <textarea {...control} value={value} maxLength={maxLength} onInput={(event) => onInput(event.currentTarget.value)} />}
  </Field>
);

export type Choice = { value: string; name: string };

export const Select = ({ label, hint, error, value, onInput, choices }: FieldProps & Value & { choices: readonly Choice[] }) => (
  <Field label={label} hint={hint} error={error}>
    {(control) => (
      <select {...control} value={value} onInput={(event) => onInput(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} selected={choice.value === value}>
            {choice.name}
          </option>
        ))}
      </select>
    )}
  </Field>
);

const writes = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

/** The search of a screen: `/` goes to it, Esc empties it. */
export function SearchBox({ label, placeholder, value, onInput }: { label: string; placeholder?: string } & Value) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || writes(event.target) || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
  return (
    <div class="search">
      <Icon name="search" />
      <input
        ref={input}
        class="input"
        type="search"
        aria-label={label}
        aria-keyshortcuts="/"
        placeholder={placeholder ?? label}
        value={value}
        autoComplete="off"
        spellcheck={false}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (value === '') input.current?.blur();
          else onInput('');
        }}
      />
      {value === '' && <kbd>/</kbd>}
    </div>
  );
}
