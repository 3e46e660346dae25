import { Fragment } from 'preact';
import type { OrderRow, OrderTimeline, TimelineEntry } from '../../../src/api/index.ts';
import { counted, duration, exact, Icon, Notice, Panel, Since, timeOfDay } from '../../ui/index.ts';
import { useAddress } from '../address.ts';
import { Says } from '../says.tsx';
import { entryKind } from '../words.ts';
import { EntryDetails } from './entry-details.tsx';
import './timeline.css';

const lanes = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const;
/** A pause longer than this is said in the timeline. */
const PAUSE_MS = 1000;

const between = (earlier: TimelineEntry, later: TimelineEntry): number => Date.parse(later.appendedAt) - Date.parse(earlier.appendedAt);

/** Every record of the order in the lane of the service that wrote it, from above in the order of the broker's clock. */
export function Timeline({ order, entries, isWhole }: OrderTimeline) {
  const { query, change } = useAddress();
  const open = entries.find(({ entryId }) => entryId === query.entry);
  const byEvent = new Map(entries.filter(({ kind }) => kind === 'event').map((entry) => [entry.eventId, entry]));
  const first = entries[0];
  const relation = (entry: TimelineEntry) => relationTo(open, entry);
  return (
    <Panel title="Timeline" actions={<span class="soft">{counted(entries.length, 'record')}</span>}>
      {!isWhole && <Notice tone="warn">This order has more records than are shown; npm run events shows all of them.</Notice>}
      <div class="lanes" aria-hidden="true">
        <span />
        {lanes.map((lane, index) => (
          <span key={lane} class={`lane lane--${index + 1}`}>
            {lane}
          </span>
        ))}
      </div>
      <ol class="timeline" aria-label="Records of the order, the oldest first">
        {entries.map((entry, index) => {
          const before = entries[index - 1];
          const pause = before ? between(before, entry) : 0;
          return (
            <Fragment key={entry.entryId}>
              {pause > PAUSE_MS && (
                <li class="pause">
                  <span>{duration(pause)} later</span>
                </li>
              )}
              <Row
                orderId={order.orderId}
                entry={entry}
                afterFirst={first ? between(first, entry) : 0}
                cause={byEvent.get(entry.causationId)}
                relation={relation(entry)}
                onToggle={() => change({ entry: entry === open ? undefined : entry.entryId }, { replace: true })}
              />
            </Fragment>
          );
        })}
        {order.waitingFor.map((waiting) => (
          <WaitingRow key={`${waiting.service} ${waiting.what}`} {...waiting} />
        ))}
      </ol>
    </Panel>
  );
}

type Relation = 'open' | 'cause' | 'effect' | undefined;

function relationTo(open: TimelineEntry | undefined, entry: TimelineEntry): Relation {
  if (open === undefined) return undefined;
  if (open === entry) return 'open';
  if (entry.eventId !== null && entry.eventId === open.causationId) return 'cause';
  return entry.causationId !== null && entry.causationId === open.eventId ? 'effect' : undefined;
}

const relationWords = { open: undefined, cause: 'its cause', effect: 'its effect' } as const;

type RowProps = {
  orderId: string;
  entry: TimelineEntry;
  afterFirst: number;
  cause: TimelineEntry | undefined;
  relation: Relation;
  onToggle: () => void;
};

function Row({ orderId, entry, afterFirst, cause, relation, onToggle }: RowProps) {
  const lane = lanes.indexOf(entry.lane) + 1;
  const isOpen = relation === 'open';
  return (
    <li class="moment">
      <time class="moment__time" dateTime={entry.appendedAt} title={exact(entry.appendedAt)}>
        {timeOfDay(entry.appendedAt)}
        <span class="faint">+{duration(afterFirst)}</span>
      </time>
      <button
        type="button"
        class={`moment__card moment__card--${lane} ${relation === undefined ? '' : `moment__card--${relation}`}`}
        aria-expanded={isOpen}
        onClick={onToggle}
      >
        <span class="moment__type">{entry.type}</span>
        <span class="moment__lane">{entry.lane}</span>
        {entry.kind !== 'event' && <Says {...entryKind[entry.kind]} />}
        <span class="moment__note">{noteOf(entry, cause, orderId)}</span>
        {relation && relationWords[relation] && <span class="moment__relation">{relationWords[relation]}</span>}
      </button>
      {isOpen && <EntryDetails entry={entry} cause={cause} />}
    </li>
  );
}

function noteOf({ error, key, consumers }: TimelineEntry, cause: TimelineEntry | undefined, orderId: string): string {
  if (error !== null) return error;
  const readers = consumers.length === 0 ? '' : ` → ${consumers.join(', ')}`;
  const because = cause === undefined ? '' : ` · because of ${cause.type}`;
  const about = key === orderId ? '' : (key ?? 'no key');
  return `${about}${readers}${because}`.trim();
}

const WaitingRow = ({ service, what, since }: OrderRow['waitingFor'][number]) => (
  <li class="moment">
    <span class="moment__time faint">now</span>
    <div class={`moment__card moment__card--waits moment__card--${lanes.indexOf(service) + 1}`}>
      <Icon name="busy" />
      <span>
        Waiting for {service} since <Since at={since} />
        <span class="moment__note">{what}</span>
      </span>
    </div>
  </li>
);
