import type { GroupOffset } from '../run-folder.ts';

/** Of each group that has something to read, how much; empty when all is read. */
export const lagsOf = (offsets: readonly GroupOffset[]): { group: string; records: number }[] =>
  [...Map.groupBy(offsets, ({ group }) => group)]
    .map(([group, ofGroup]) => ({ group, records: ofGroup.reduce((sum, { committed, end }) => sum + Math.max(0, end - committed), 0) }))
    .filter(({ records }) => records > 0);
