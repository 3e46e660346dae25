// The services write one JSON object a line, with the level as a word. The file keeps all of them; the terminal gets the worrying ones, short.
const LEVELS = new Set(['warn', 'error', 'fatal']);
const REPEAT_MS = 5000;

interface LogLine {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly err?: { readonly message?: unknown };
}

/** The short form of a line at level warn or above; undefined for all others. */
export function shortForm(line: string): string | undefined {
  if (!/"level":"(warn|error|fatal)"/.test(line)) return undefined;
  try {
    const { level, msg, err } = JSON.parse(line) as LogLine;
    if (typeof level !== 'string' || !LEVELS.has(level)) return undefined;
    const text = [msg, err?.message].filter((part) => typeof part === 'string' && part !== '');
    return `${level.toUpperCase()} ${[...new Set(text)].join(': ')}`.replaceAll(/\s+/g, ' ').slice(0, 200);
  } catch {
    return undefined;
  }
}

/** Passes on the short forms, the same one at most every 5 s. */
export function worrying(tell: (text: string) => void, now: () => number = Date.now): (line: string) => void {
  const told = new Map<string, number>();
  return (line) => {
    const text = shortForm(line);
    if (text === undefined || now() - (told.get(text) ?? -REPEAT_MS) < REPEAT_MS) return;
    if (told.size > 100) told.clear();
    told.set(text, now());
    tell(text);
  };
}
