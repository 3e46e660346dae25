import type { LetterGroup, LetterGroups } from '../../../src/api/index.ts';
import { Ago, Answer, type Column, count, Empty, Figure, Figures, Panel, Select, Status, Table, useQuery } from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { Says } from '../says.tsx';
import { Screen } from '../screen.tsx';
import { Segments } from '../segments.tsx';
import { letterStatus } from '../words.ts';
import './dead-letters.css';
import { DiscardsPanel } from './discards-panel.tsx';
import { JobsPanel } from './jobs-panel.tsx';

const POLL_MS = 3000;

const isOpen = (status: LetterGroup['status']): boolean => status === 'dead' || status === 'parked';

const columns: readonly Column<LetterGroup>[] = [
  {
    name: 'Group',
    cell: ({ groupId, type, error, status }) => (
      <>
        <a href={address(`/dead-letters/${groupId}`, { status: isOpen(status) ? undefined : status })}>{type}</a>
        <span class="letter-error">{error}</span>
      </>
    ),
  },
  { name: 'Service', cell: ({ service }) => <span class="nowrap">{service}</span> },
  { name: 'Status', cell: ({ status }) => <Says {...letterStatus[status]} /> },
  { name: 'Letters', number: true, cell: ({ count: letters }) => <strong>{count(letters)}</strong> },
  { name: 'Oldest', number: true, cell: ({ oldest }) => <Ago at={oldest} /> },
  { name: 'Newest', number: true, cell: ({ newest }) => <Ago at={newest} /> },
  { name: 'Work', cell: (group) => <Work of={group} /> },
];

/** What is done about a group, or was said. */
const Work = ({ of: { job, discard, aside, notes } }: { of: LetterGroup }) =>
  job?.state !== 'running' && discard === null && aside + notes.length === 0 ? null : (
    <span class="work">
      {job?.state === 'running' && <Status tone="busy">Replaying</Status>}
      {discard && <Status tone="warn">Discard scheduled</Status>}
      {aside > 0 && <Status tone="idle">{count(aside)} aside</Status>}
      {notes.length > 0 && <span class="faint">{notes.at(-1)?.text}</span>}
    </span>
  );

const views = [
  { value: '', name: 'Open' },
  { value: 'replayed', name: 'Replayed' },
  { value: 'discarded', name: 'Discarded' },
  { value: 'all', name: 'All' },
];
const services = [
  { value: '', name: 'All services' },
  ...['order-svc', 'inventory-svc', 'loyalty-svc'].map((name) => ({ value: name, name })),
];

export function DeadLettersScreen() {
  const { query, change } = useAddress();
  const { status, service } = query;
  const path = address('/console/dead-letters', { status: status ?? 'open', service });
  const groups = useQuery<LetterGroups>(path, read(path), { everyMs: POLL_MS });
  return (
    <Screen title="Dead letters">
      <p class="soft">
        Events that a service could not handle. Those of the same cause are one group: look, mend the cause, try one, then replay the rest.
      </p>
      <div class="row">
        <Segments label="Status" choices={views} value={status ?? ''} onChange={(value) => change({ status: value })} />
        <div class="service-choice">
          <Select label="Service" choices={services} value={service ?? ''} onInput={(value) => change({ service: value })} />
        </div>
      </div>
      <Answer query={groups}>
        {({ data, dead, parked }) => (
          <>
            <Figures>
              <Figure name="Dead" value={count(dead)} tone={dead > 0 ? 'bad' : 'idle'} />
              <Figure name="Parked behind a dead one" value={count(parked)} tone={parked > 0 ? 'warn' : 'idle'} />
            </Figures>
            <Panel title="Groups">
              <Groups of={data} isAllOpen={status === undefined} />
            </Panel>
          </>
        )}
      </Answer>
      <JobsPanel />
      <DiscardsPanel />
    </Screen>
  );
}

const Groups = ({ of, isAllOpen }: { of: readonly LetterGroup[]; isAllOpen: boolean }) => {
  if (of.length > 0) return <Table caption="Dead letters in groups" columns={columns} rows={of} rowKey={({ groupId }) => groupId} />;
  return isAllOpen ? (
    <Empty title="No dead letters" icon="good">
      <p>Every event was handled. What fails will be here, with its error and what waits behind it.</p>
    </Empty>
  ) : (
    <Empty title="None of these" icon="letters">
      <p>Choose another status or service.</p>
    </Empty>
  );
};
