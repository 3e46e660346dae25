import type { Audit, Invariant } from '../../../src/api/index.ts';
import { Ago, Button, count, Empty, Notice, ShortId, toast } from '../../ui/index.ts';
import { useAction } from '../act.ts';
import { send } from '../api.ts';
import { Says } from '../says.tsx';
import { OperatorOnly } from '../session/operator-only.tsx';
import { partsOf } from './invariant-title.ts';

const verdicts = {
  holds: { tone: 'good', text: 'Holds' },
  violated: { tone: 'bad', text: 'Violated' },
  'not-settled': { tone: 'busy', text: 'Not settled' },
  'left-out': { tone: 'idle', text: 'Left out' },
} as const;

/** The promises that the audit checks in the services' databases, and its last verdict on each. */
export function AuditPanel({ audit, onRun }: { audit: Audit; onRun: () => void }) {
  const { busy, act } = useAction();
  const run = async () => {
    await send('POST', '/console/audit');
    toast('The audit runs. Its verdicts appear here.');
    onRun();
  };
  return (
    <>
      <div class="audit__head row row--apart">
        <span class="soft">
          {audit.isRunning ? (
            'An audit is running…'
          ) : audit.at === null ? (
            'Not audited yet'
          ) : (
            <LastAudit at={audit.at} seconds={audit.seconds} />
          )}
        </span>
        <OperatorOnly to="run the audit">
          <Button disabled={busy || audit.isRunning} onClick={() => act(run)}>
            Run the audit
          </Button>
        </OperatorOnly>
      </div>
      {audit.state === 'failed' && <Notice tone="bad">It could not be done: {audit.detail ?? 'no reason was given'}. Run it again.</Notice>}
      {audit.invariants.length === 0 ? (
        <Empty title="No verdicts yet" icon="good">
          <p>The audit compares stock, points, orders and outbox across the three databases.</p>
        </Empty>
      ) : (
        <ul class="invariants">
          {audit.invariants.map((invariant) => (
            <InvariantItem key={invariant.id} {...invariant} />
          ))}
        </ul>
      )}
    </>
  );
}

const LastAudit = ({ at, seconds }: { at: string; seconds: number | null }) => (
  <>
    Audited <Ago at={at} />
    {seconds !== null && ` in ${seconds.toFixed(1)} s`}
  </>
);

const InvariantItem = ({ title, verdict, checked, findings }: Invariant) => (
  <li class="invariant">
    <div class="row row--apart">
      <strong>{partsOf(title)[0]}</strong>
      <span class="row">
        {verdict !== 'left-out' && <span class="faint">{count(checked)} checked</span>}
        <Says {...verdicts[verdict]} />
      </span>
    </div>
    <p class="soft">{partsOf(title)[1]}</p>
    {verdict === 'left-out' && <p class="faint">npm run audit looks at it.</p>}
    {findings.length > 0 && (
      <ul class="invariant__findings">
        {findings.map(({ subject, text, orderId }) => (
          <li key={`${subject} ${text}`}>
            {orderId !== null ? (
              <ShortId id={orderId} href={`/orders/${orderId}`} />
            ) : (
              !text.startsWith(subject) && <strong>{subject}</strong>
            )}{' '}
            {text}
          </li>
        ))}
      </ul>
    )}
  </li>
);
