import type { TimelineEntry } from '../../../src/api/index.ts';
import { exact, Facts, Json } from '../../ui/index.ts';
import { address } from '../address.ts';

type EntryDetailsProps = { entry: TimelineEntry; cause: TimelineEntry | undefined };

/** One record whole: where it is, what caused it, and what it says. */
export const EntryDetails = ({ entry, cause }: EntryDetailsProps) => (
  <div class="details">
    <div class="stack stack--tight">
      <h3>Record</h3>
      <Facts
        of={{
          Record: <RecordLink {...entry} />,
          Key: entry.key ?? 'none',
          Event: entry.eventId ?? undefined,
          Cause: <CauseText entry={entry} cause={cause} />,
          Decided: entry.decidedAt === null ? undefined : exact(entry.decidedAt),
          Appended: exact(entry.appendedAt),
          'Read by': entry.consumers.join(', '),
          Error: entry.error ?? undefined,
        }}
      />
      <h3>Headers</h3>
      <Json value={entry.headers} />
    </div>
    <div class="stack stack--tight">
      <h3>Payload</h3>
      <Json value={entry.payload} />
    </div>
  </div>
);

const RecordLink = ({ topic, partition, offset }: TimelineEntry) => (
  <a href={address(`/topics/${topic}`, { by: 'offset', partition: String(partition), offset })}>
    {topic} / {partition} @ {offset}
  </a>
);

const CauseText = ({ entry: { causationId }, cause }: EntryDetailsProps) => {
  if (causationId === null) return <>a request or the clock</>;
  if (cause === undefined) return <>{causationId}, which is not among this order’s records</>;
  return <a href={address(location.pathname, { entry: cause.entryId })}>{cause.type}</a>;
};
