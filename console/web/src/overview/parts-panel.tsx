import { useState } from 'preact/hooks';
import type { Health, ServiceHealth } from '../../../src/api/index.ts';
import { Button, type Column, count, counted, Dialog, duration, Panel, Status, Table, toast } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { isOperator, send } from '../api.ts';
import { Says } from '../says.tsx';
import { serviceState } from '../words.ts';

const unknown = <span class="faint">unknown</span>;
const lagText = (lag: ServiceHealth['lag']) =>
  lag === null
    ? unknown
    : lag.records === 0
      ? 'none'
      : `${count(lag.records)}${lag.seconds === null ? '' : ` · ${duration(lag.seconds * 1000)}`}`;

const columns: readonly Column<ServiceHealth>[] = [
  { name: 'Service', cell: ({ name }) => <strong>{name}</strong> },
  {
    name: 'State',
    cell: ({ state, checks }) => (
      <span title={checksText(checks)}>
        <Says {...serviceState[state]} />
      </span>
    ),
  },
  { name: 'Outbox', number: true, cell: ({ outbox }) => outboxText(outbox) },
  { name: 'Lag', number: true, cell: ({ lag }) => lagText(lag) },
  { name: 'Dead letters', number: true, cell: ({ name, deadLetters }) => lettersLink(name, deadLetters) },
];

const checksText = (checks: ServiceHealth['checks']): string =>
  checks.map(({ name, isOk, detail }) => `${name}: ${isOk ? 'ok' : (detail ?? 'not ok')}`).join('\n');

const outboxText = ({ pending, oldestSeconds }: ServiceHealth['outbox']) => {
  if (pending === null) return unknown;
  return pending === 0 ? 'empty' : `${count(pending)}${oldestSeconds === null ? '' : ` · ${duration(oldestSeconds * 1000)}`}`;
};

const lettersLink = (service: string, letters: ServiceHealth['deadLetters']) => {
  if (letters === null) return unknown;
  const all = letters.dead + letters.parked;
  return all === 0 ? 'none' : <a href={`/dead-letters?service=${service}`}>{count(all)}</a>;
};

/** The services, what they stand on, and the console's own read side. */
export const PartsPanel = ({ health: { services, kafka, mongodb, projection } }: { health: Health }) => (
  <Panel
    title="Parts"
    actions={
      <>
        <Dependency name="Kafka" check={kafka} />
        <Dependency name="MongoDB" check={mongodb} />
      </>
    }
  >
    <Table caption="The services and how they are" columns={columns} rows={services} rowKey={({ name }) => name} />
    <Projection of={projection} />
  </Panel>
);

const Dependency = ({ name, check: { isOk, detail } }: { name: string; check: Health['kafka'] }) => (
  <Status tone={isOk ? 'good' : 'bad'} {...(detail !== null && { title: detail })}>
    {name} {isOk ? 'ready' : 'away'}
  </Status>
);

const projectionState = {
  live: { tone: 'good', text: 'Live' },
  'catching-up': { tone: 'busy', text: 'Catching up' },
  rebuilding: { tone: 'busy', text: 'Rebuilding' },
  away: { tone: 'bad', text: 'Away' },
} as const;

function Projection({ of: { state, lag, progress, generation } }: { of: Health['projection'] }) {
  const [asks, setAsks] = useState(false);
  const { busy, act } = useAction();
  const rebuild = async () => {
    await send('POST', '/console/projection/rebuild');
    setAsks(false);
    toast('The read side is being rebuilt. The console goes on with the old one until it is whole.');
  };
  return (
    <div class="projection row">
      <span>The console’s read side</span>
      <Says {...projectionState[state]} />
      {lag !== null && lag.records > 0 && <span class="soft">{counted(lag.records, 'record')} behind</span>}
      {progress !== null && (
        <progress class="progress projection__progress" max={1} value={progress} aria-label="Rebuilt so far">
          {Math.round(progress * 100)} %
        </progress>
      )}
      <span class="faint">generation {generation}</span>
      {isOperator() && state !== 'rebuilding' && (
        <Button kind="quiet" onClick={() => setAsks(true)}>
          Rebuild…
        </Button>
      )}
      {asks && (
        <Dialog
          title="Rebuild the read side?"
          action="Rebuild"
          disabled={busy}
          onClose={() => setAsks(false)}
          onSubmit={() => act(rebuild)}
        >
          <p>
            A new one is made from the first record of every topic. The old one is shown until the new one is whole; nothing else changes.
          </p>
        </Dialog>
      )}
    </div>
  );
}
