import type { Discard } from '../../../src/api/index.ts';
import { Ago, Answer, Button, type Column, counted, duration, Notice, now, Panel, Table, type Tone, useQuery } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { isOperator, read } from '../api.ts';
import { Says } from '../says.tsx';
import { undoDiscard } from './work.ts';

const states: Record<Discard['state'], { tone: Tone; text: string }> = {
  scheduled: { tone: 'warn', text: 'Scheduled' },
  running: { tone: 'busy', text: 'Running' },
  undone: { tone: 'idle', text: 'Undone' },
  done: { tone: 'good', text: 'Done' },
};

type DiscardProps = { discard: Discard; onChange: () => void };

const leftOf = ({ state, dueAt }: Discard): number => (state === 'scheduled' ? Date.parse(dueAt) - now.value : 0);

function UndoButton({ discard, onChange }: DiscardProps) {
  const { busy, act } = useAction();
  const undo = async () => {
    await undoDiscard(discard);
    onChange();
  };
  return isOperator() && leftOf(discard) > 0 ? (
    <Button disabled={busy} onClick={() => act(undo)}>
      Undo
    </Button>
  ) : null;
}

/** A discard that can still be taken back, and how long. */
export function ScheduledDiscard({ discard, onChange }: DiscardProps) {
  const left = leftOf(discard);
  return (
    <Notice tone="warn">
      <span class="row">
        <span>
          {discard.by} discards {counted(discard.letterIds.length, 'letter')}: {discard.reason}.{' '}
          {left > 0 ? `It takes effect in ${duration(left)}, and can be undone until then.` : 'It takes effect now.'}
        </span>
        <UndoButton discard={discard} onChange={onChange} />
      </span>
    </Notice>
  );
}

const columns = (onChange: () => void): readonly Column<Discard>[] => [
  { name: 'When', cell: ({ at }) => <Ago at={at} /> },
  { name: 'By', cell: ({ by }) => by },
  { name: 'Letters', number: true, cell: ({ letterIds }) => letterIds.length },
  { name: 'Reason', cell: ({ reason }) => <span class="wrap-anywhere">{reason}</span> },
  {
    name: 'State',
    cell: (discard) => (
      <span class="row">
        <Says {...states[discard.state]} />
        <UndoButton discard={discard} onChange={onChange} />
      </span>
    ),
  },
];

const SHOWN = 10;
const POLL_MS = 5000;

export function DiscardsPanel() {
  const discards = useQuery<{ data: Discard[] }>('discards', read('/console/dead-letters/discards'), { everyMs: POLL_MS });
  return (
    <Answer query={discards} lines={1}>
      {({ data }) =>
        data.length === 0 ? null : (
          <Panel title="Discards">
            <Table
              caption="Discards, the newest first"
              columns={columns(discards.refresh)}
              rows={data.slice(0, SHOWN)}
              rowKey={({ discardId }) => discardId}
            />
          </Panel>
        )
      }
    </Answer>
  );
}
