import type { OutboxDocument, OutboxEvent } from './outbox.ts';

/** One event of the outbox, and its place in its document. */
export type Entry = { document: OutboxDocument; index: number; event: OutboxEvent };

/**
 * Ids follow the clocks of the writers, and clocks differ. The places that one aggregate's events have in the order of ids are given to them
 * in the order of its versions.
 */
export function inVersionOrder(documents: readonly OutboxDocument[]): Entry[] {
  const entries = documents.flatMap((document) => document.events.map((event, index) => ({ document, index, event })));
  const places = new Map<string, number[]>();
  entries.forEach(({ event }, place) => {
    const aggregate = `${event.aggregatetype}\n${event.aggregateid}`;
    const known = places.get(aggregate);
    if (known) known.push(place);
    else places.set(aggregate, [place]);
  });
  const ordered = [...entries];
  for (const ofAggregate of places.values()) {
    const sorted = ofAggregate.map((place) => entries[place] as Entry).sort((a, b) => a.event.version - b.event.version);
    ofAggregate.forEach((place, nth) => {
      ordered[place] = sorted[nth] as Entry;
    });
  }
  return ordered;
}
