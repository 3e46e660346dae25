const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `30s`, `10m`, `2h` or `7d`; undefined when it is none of them. */
export function parseDuration(given: string): number | undefined {
  const [, amount, unit] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(given) ?? [];
  return amount === undefined ? undefined : Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
}

/** A time, or one that is so long ago (`2h`); undefined when it is neither. */
export function parseTime(given: string, now: Date): Date | undefined {
  const ago = parseDuration(given);
  const time = ago === undefined ? absolute(given) : new Date(now.getTime() - ago);
  return !time || Number.isNaN(time.getTime()) ? undefined : time;
}

/** With its zone, or a day alone, which is UTC: a time without a zone would mean another one on each machine. */
function absolute(given: string): Date | undefined {
  const [day] = /^\d{4}-\d\d-\d\d/.exec(given) ?? [];
  if (day === undefined || !/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(given)) return undefined;
  // The 30th of February is otherwise taken for the 2nd of March.
  const midnight = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day ? undefined : new Date(given);
}
