const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** JSON Schema pattern of a duration: a number with a unit (500ms, 30s, 10m, 1h); without one it is milliseconds. */
export const DURATION = '^[1-9]\\d{0,8}(ms|s|m|h)?$';

/** Milliseconds of a duration that matches DURATION. */
export function durationMs(duration: string): number {
  const [, amount = '0', unit = 'ms'] = /^(\d+)(\D*)$/.exec(duration) ?? [];
  return Number(amount) * (UNITS[unit || 'ms'] ?? 1);
}
