import { batch, effect, type Signal, signal } from '@preact/signals';

/** The part of `Storage` that is needed here. */
export type Store = Pick<Storage, 'getItem' | 'setItem'>;

const forgetting: (() => void)[] = [];

/** Everything that is stored is as in a browser that was never here, in all its tabs. */
export const forgetAll = (): void =>
  batch(() => {
    for (const forget of forgetting) forget();
  });

/**
 * A signal that survives a reload and is the same in all tabs. It is written before the assignment returns. What does not fit (somebody else's, or of
 * an older page) counts as not there. Where storage is forbidden it lives as long as the page.
 */
export function stored<T>(
  name: string,
  standard: T,
  fits: (value: unknown) => value is T,
  storage: () => Store = () => localStorage,
): Signal<T> {
  const read = (): T => {
    try {
      const value: unknown = JSON.parse(storage().getItem(name) ?? 'null');
      return fits(value) ? value : standard;
    } catch {
      return standard;
    }
  };
  const state = signal(read());
  effect(() => {
    const text = JSON.stringify(state.value);
    try {
      const store = storage();
      if (store.getItem(name) !== text) store.setItem(name, text);
    } catch {
      // Storage is full or forbidden: the page works on without it.
    }
  });
  globalThis.addEventListener?.('storage', ({ key }) => {
    if (key === name) state.value = read();
  });
  forgetting.push(() => {
    state.value = standard;
  });
  return state;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
