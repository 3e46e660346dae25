const whole = new Intl.NumberFormat('en');
const exactTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export const count = (value: number): string => whole.format(value);

/** A change, with its sign also when it is more. */
export const signed = (change: number): string => (change > 0 ? `+${count(change)}` : count(change));

/** A noun with its number: `1 order`, `2 orders`. */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** An amount in minor units, in the reader's way to write its currency. */
export function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

export const exact = (iso: string): string => exactTime.format(new Date(iso));
export const timeOfDay = (iso: string): string => `${clock.format(new Date(iso))}.${iso.slice(20, 23)}`;

const steps = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3_600 },
  { unit: 'min', seconds: 60 },
] as const;

/** A length of time as an operator says it: `350 ms`, `12 s`, `3 min`, `2 h`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const seconds = Math.round(ms / 1000);
  const step = steps.find((each) => seconds >= 2 * each.seconds);
  return step ? `${Math.floor(seconds / step.seconds)} ${step.unit}` : `${seconds} s`;
}
