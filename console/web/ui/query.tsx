import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { Failed, Loading, Notice } from './blank.tsx';
import { sayFailure } from './problem.ts';

export type Query<T> = { data: T | undefined; error: unknown; refresh: () => void };
type State<T> = { key: string; data: T | undefined; error: unknown };

/**
 * Reads what the page shows, again whenever `key` or `on` changes and, with `everyMs`, as long as the page is looked at.
 * An older answer stays while a newer one of the same key comes, and never overtakes it.
 */
export function useQuery<T>(
  key: string,
  read: (signal: AbortSignal) => Promise<T>,
  { everyMs, on }: { everyMs?: number; on?: unknown } = {},
): Query<T> {
  const [state, setState] = useState<State<T>>({ key, data: undefined, error: undefined });
  const [round, setRound] = useState(0);
  const reader = useRef(read);
  reader.current = read;

  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      if (everyMs !== undefined && !leaving.signal.aborted) timer = setTimeout(load, everyMs);
    };
    const load = async () => {
      if (everyMs !== undefined && document.visibilityState === 'hidden') return again();
      try {
        const data = await reader.current(leaving.signal);
        if (!leaving.signal.aborted) setState({ key, data, error: undefined });
      } catch (error) {
        if (!leaving.signal.aborted) setState((before) => ({ key, data: before.key === key ? before.data : undefined, error }));
      }
      again();
    };
    void load();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [key, everyMs, round, on]);

  const refresh = useCallback(() => setRound((before) => before + 1), []);
  return state.key === key ? { data: state.data, error: state.error, refresh } : { data: undefined, error: undefined, refresh };
}

type AnswerProps<T> = { query: Query<T>; lines?: number; children: (data: T) => ComponentChildren };

/** One of three: still loading, failed, or there. What failed after it was there stays, marked as old. */
export function Answer<T>({ query: { data, error, refresh }, lines = 6, children }: AnswerProps<T>) {
  const failure = error === undefined ? undefined : sayFailure(error);
  if (data === undefined) return failure ? <Failed {...failure} onRetry={refresh} /> : <Loading lines={lines} />;
  return (
    <>
      {failure && (
        <Notice tone="warn">
          This is not up to date. {failure.title}: {failure.detail}
        </Notice>
      )}
      {children(data)}
    </>
  );
}
