import type { Level, Outcome } from './shop.ts';

/** `3 confirmed, 7 rejected (out_of_stock)`: the most first. */
export const tallyOf = (outcomes: readonly Outcome[]): string =>
  [...Map.groupBy(outcomes, ({ status, code }) => (code === undefined ? status : `${status} (${code})`))]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([what, those]) => `${those.length} ${what}`)
    .join(', ') || 'none';

export const levelText = ({ available, reserved, sold }: Level): string => `${available} available, ${reserved} reserved, ${sold} sold`;

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export const countOf = (outcomes: readonly Outcome[], status: string): number => outcomes.filter((one) => one.status === status).length;

export const WRONG = 'That is wrong: report it with the lines above and what npm run audit says.';
