import { useState } from 'preact/hooks';
import type { DryRun, LetterGroup } from '../../../src/api/index.ts';
import { Button, count, Dialog, Panel } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { OperatorOnly } from '../session/operator-only.tsx';
import { DiscardDialog } from './discard-dialog.tsx';
import { DryRunReport } from './dry-run-report.tsx';
import { dryRun, replay } from './work.ts';

type Asked = 'replay' | 'discard' | undefined;

/** The steps from a cause that is mended to an empty group, in the order that is safe. */
export function GroupWork({ group, onChange }: { group: LetterGroup; onChange: () => void }) {
  const [asked, setAsked] = useState<Asked>();
  const [report, setReport] = useState<DryRun>();
  const { busy, act } = useAction();
  const target = { groupId: group.groupId };
  const isOpen = group.status === 'dead' || group.status === 'parked';
  if (!isOpen) return null;
  const isBlocked = busy || group.job?.state === 'running' || group.discard !== null;
  const start = (one: boolean) => async () => {
    await replay({ target, ...(one && { one }) });
    setReport(undefined);
    setAsked(undefined);
    onChange();
  };
  return (
    <Panel title="What to do" padded>
      <div class="stack">
        <div class="row">
          <Button disabled={busy} onClick={() => act(async () => setReport(await dryRun(target)))}>
            Dry run
          </Button>
          <OperatorOnly to="replay or discard">
            <Button disabled={isBlocked} onClick={() => act(start(true))}>
              Try one first
            </Button>
            <Button kind="primary" disabled={isBlocked} onClick={() => setAsked('replay')}>
              {`Replay all ${count(group.count - group.aside)}…`}
            </Button>
            <Button disabled={isBlocked} onClick={() => setAsked('discard')}>
              Discard all…
            </Button>
          </OperatorOnly>
        </div>
        <p class="faint">
          A dry run tells what a replay would do now and does nothing. A replay is safe to repeat: what an event has done already is not
          done again.
        </p>
        {report && <DryRunReport report={report} />}
      </div>
      {asked === 'replay' && (
        <Dialog
          title={`Replay ${count(group.count - group.aside)} letters?`}
          action="Replay"
          disabled={busy}
          onClose={() => setAsked(undefined)}
          onSubmit={() => act(start(false))}
        >
          <p>
            Each goes to its topic again, with its own key and event id, and then what is parked behind it. What fails again stays here. You
            can stop it and go on later.
          </p>
        </Dialog>
      )}
      {asked === 'discard' && (
        <DiscardDialog target={target} letters={group.count} onClose={() => setAsked(undefined)} onChange={onChange} />
      )}
    </Panel>
  );
}
