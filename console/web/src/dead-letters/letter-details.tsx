import { useState } from 'preact/hooks';
import type { DryRun, LetterDetail, LetterRow } from '../../../src/api/index.ts';
import { Answer, Button, exact, Facts, Json, ShortId, toast, useQuery } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { address } from '../address.ts';
import { read, send } from '../api.ts';
import { Says } from '../says.tsx';
import { OperatorOnly } from '../session/operator-only.tsx';
import { letterStatus } from '../words.ts';
import { DiscardDialog } from './discard-dialog.tsx';
import { DryRunReport } from './dry-run-report.tsx';
import { dryRun, replay } from './work.ts';

type LetterDetailsProps = { letterId: string; onChange: () => void };

export function LetterDetails({ letterId, onChange }: LetterDetailsProps) {
  const path = `/console/dead-letters/letters/${encodeURIComponent(letterId)}`;
  const detail = useQuery<LetterDetail>(path, read(path));
  const changed = () => {
    detail.refresh();
    onChange();
  };
  return (
    <Answer query={detail} lines={3}>
      {({ letter, headers, value, park, actions }) => (
        <>
          <LetterWork letter={letter} onChange={changed} />
          <div class="split">
            <div class="stack stack--tight">
              <LetterFacts of={letter} />
              <Trail of={actions} />
              {park.length > 1 && <Park of={park} />}
              <h3>Headers</h3>
              <Json value={headers} />
            </div>
            <div class="stack stack--tight">
              <h3>Value</h3>
              <Json value={value} />
            </div>
          </div>
        </>
      )}
    </Answer>
  );
}

const LetterFacts = ({ of: { status, code, error, orderId, topic, partition, offset, aside } }: { of: LetterRow }) => (
  <Facts
    of={{
      Status: <Says {...letterStatus[status]} />,
      Error: `${code}: ${error}`,
      Order: orderId === null ? undefined : <ShortId id={orderId} href={`/orders/${orderId}`} />,
      Record: (
        <a href={address(`/topics/${topic}`, { by: 'offset', partition: String(partition), offset })}>
          {topic} / {partition} @ {offset}
        </a>
      ),
      Aside: aside === null ? undefined : `${aside.note} (${aside.by}, ${exact(aside.at)})`,
    }}
  />
);

const Trail = ({ of }: { of: LetterDetail['actions'] }) =>
  of.length === 0 ? null : (
    <>
      <h3>Trail</h3>
      <ul class="job__problems">
        {of.map(({ action, by, at, reason, outcome, detail }) => (
          <li key={`${action} ${at}`}>
            <strong>{action}</strong> by {by}, {exact(at)}
            {[reason, outcome, detail].filter((part) => part !== null).map((part) => ` · ${part}`)}
          </li>
        ))}
      </ul>
    </>
  );

const Park = ({ of }: { of: LetterDetail['park'] }) => (
  <>
    <h3>Waits in this order</h3>
    <ol class="job__problems">
      {of.map(({ letterId, status, type }) => (
        <li key={letterId}>
          {type} <Says {...letterStatus[status]} />
        </li>
      ))}
    </ol>
  </>
);

/** The same steps as for a group, for one letter. */
function LetterWork({ letter, onChange }: { letter: LetterRow; onChange: () => void }) {
  const [report, setReport] = useState<DryRun>();
  const [discards, setDiscards] = useState(false);
  const { busy, act } = useAction();
  const { letterId, status, aside } = letter;
  if (status !== 'dead' && status !== 'parked') return null;
  const target = { letterId };
  const run = async () => {
    await replay({ target });
    onChange();
  };
  const putAside = async () => {
    await send('POST', '/console/dead-letters/aside', { body: { letterId, note: aside ? null : 'put aside in the console' } });
    toast(aside ? 'A replay of the group takes it again.' : 'A replay of the group passes it over.');
    onChange();
  };
  return (
    <>
      <div class="row">
        <Button disabled={busy} onClick={() => act(async () => setReport(await dryRun(target)))}>
          Dry run
        </Button>
        <OperatorOnly to="replay or discard">
          <Button disabled={busy} onClick={() => act(run)}>
            Replay this one
          </Button>
          <Button disabled={busy} onClick={() => act(putAside)}>
            {aside ? 'Take back in' : 'Put aside'}
          </Button>
          <Button disabled={busy} onClick={() => setDiscards(true)}>
            Discard…
          </Button>
        </OperatorOnly>
      </div>
      {report && <DryRunReport report={report} />}
      {discards && <DiscardDialog target={target} letters={1} onClose={() => setDiscards(false)} onChange={onChange} />}
    </>
  );
}
