/** Where a partition is: what its group has handled, where it ends, and how often its member was seen to be busy with it. */
export type Place = { handled: bigint; end: bigint; signs: number };

/** A partition that has records to be handled and on which nothing moves. `looks` counts how often that was seen in a row. */
export type Standstill = Place & { since: Date; looks: number };

/**
 * What stands still, from what stood still before and what is seen now. Looks are counted, not time: a process that was paused itself has seen
 * nothing meanwhile.
 */
export function lookAgain(
  before: ReadonlyMap<string, Standstill>,
  places: ReadonlyMap<string, Place>,
  now: Date,
): ReadonlyMap<string, Standstill> {
  const standing = [...places].filter(([, { handled, end }]) => end > handled);
  return new Map(
    standing.map(([partition, place]) => {
      const known = before.get(partition);
      const moved = known?.handled !== place.handled || known.signs !== place.signs;
      return [partition, moved ? { ...place, since: now, looks: 1 } : { ...known, end: place.end, looks: known.looks + 1 }];
    }),
  );
}
