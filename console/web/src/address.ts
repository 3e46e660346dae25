import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';

type Changes = Record<string, string | undefined>;

/** Path and query; what is empty is left out, so one view has one address. */
export function address(path: string, query: Changes): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  const search = new URLSearchParams(given).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** The state of a screen is its address: a link to it shows the same, and the back button undoes a choice. */
export function useAddress() {
  const { path, query, route } = useLocation();
  const change = (changes: Changes, { replace = false } = {}) => route(address(path, { ...query, ...changes }), replace);
  return { query, change };
}

const TYPING_MS = 250;

/** A typed parameter: shown at once, in the address when the typing pauses. */
export function useTyped(name: string, alsoChanged: Changes = {}): [string, (value: string) => void] {
  const { query, change } = useAddress();
  const there = query[name] ?? '';
  const [typed, setTyped] = useState(there);
  // What else changed in the address during the pause stays.
  const latest = useRef(change);
  latest.current = change;
  useEffect(() => setTyped(there), [there]);
  useEffect(() => {
    if (typed === there) return;
    const pause = setTimeout(() => latest.current({ ...alsoChanged, [name]: typed }, { replace: true }), TYPING_MS);
    return () => clearTimeout(pause);
  }, [typed, there]);
  return [typed, setTyped];
}
