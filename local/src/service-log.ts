// pino writes one JSON object a line. The file keeps all of them; the terminal gets the worrying ones, short.
const LEVELS: Readonly<Record<number, string>> = { 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };
const REPEAT_MS = 5000;

interface LogLine {
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly err?: { readonly message?: unknown };
}

/** The short form of a line at level warn or above; undefined for all others. */
export function shortForm(line: string): string | undefined {
  if (!/"level":[456]0\b/.test(line)) return undefined;
  try {
    const { level, msg, err } = JSON.parse(line) as LogLine;
    const name = typeof level === 'number' ? LEVELS[level] : undefined;
    if (name === undefined) return undefined;
    const text = [msg, err?.message].filter((part) => typeof part === 'string' && part !== '');
    return `${name} ${[...new Set(text)].join(': ')}`.replaceAll(/\s+/g, ' ').slice(0, 200);
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
