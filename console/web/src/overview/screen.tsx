import type { Audit, Health } from '../../../src/api/index.ts';
import { Answer, counted, duration, Figure, Figures, Icon, Loading, Notice, Panel, type Query, useQuery } from '../../ui/index.ts';
import { read } from '../api.ts';
import { health, isHealthLive } from '../health.ts';
import { Screen } from '../screen.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { type Concern, concernsOf, isLate } from './concerns.ts';
import './overview.css';
import { PartsPanel } from './parts-panel.tsx';
import { RatePanel } from './rate-panel.tsx';

const AUDIT_MS = 5000;

export function OverviewScreen() {
  const audit = useQuery<Audit>('audit', read('/console/audit'), { everyMs: AUDIT_MS });
  return <Screen title="Overview">{health.value === undefined ? <FirstHealth /> : <Shown health={health.value} audit={audit} />}</Screen>;
}

/** Until the stream has told the first time; when it can not, the reason is here. */
function FirstHealth() {
  const asked = useQuery<Health>('health', async (signal) => {
    health.value = await read<Health>('/console/health')(signal);
    return health.value;
  });
  return (
    <section class="panel">
      <Answer query={asked}>{() => <Loading />}</Answer>
    </section>
  );
}

function Shown({ health, audit }: { health: Health; audit: Query<Audit> }) {
  const concerns = concernsOf(health, audit.data);
  return (
    <>
      {!isHealthLive.value && (
        <Notice tone="warn">The console’s server does not answer. What you see is old; this page tries again by itself.</Notice>
      )}
      {concerns.length === 0 ? <Notice tone="good">All parts are well. Nothing needs you.</Notice> : <Concerns of={concerns} />}
      <Vitals health={health} />
      <div class="overview__columns">
        <div class="stack">
          <PartsPanel health={health} />
          <RatePanel perMinute={health.ordersPerMinute} />
        </div>
        <Panel title="Invariants">
          <Answer query={audit}>{(last) => <AuditPanel audit={last} onRun={audit.refresh} />}</Answer>
        </Panel>
      </div>
    </>
  );
}

const Concerns = ({ of }: { of: readonly Concern[] }) => (
  <Panel title={`${counted(of.length, 'thing needs', 'things need')} attention`}>
    <ul class="concerns">
      {of.map(({ tone, text, advice, href }) => (
        <li key={text} class={`concern concern--${tone}`}>
          <Icon name={tone} />
          <div>
            {href === undefined ? <strong>{text}</strong> : <a href={href}>{text}</a>}
            <p class="soft">{advice}</p>
          </div>
        </li>
      ))}
    </ul>
  </Panel>
);

const worst = (values: readonly (number | null | undefined)[]): number => Math.max(0, ...values.map((value) => value ?? 0));
const seconds = (value: number): string => (value === 0 ? '0 s' : duration(value * 1000));

function Vitals({ health: { services, orders, ordersPerMinute } }: { health: Health }) {
  const outbox = worst(services.map((service) => service.outbox.oldestSeconds));
  const lag = worst(services.map((service) => service.lag?.seconds));
  const dead = services.reduce((sum, { deadLetters }) => sum + (deadLetters?.dead ?? 0), 0);
  const parked = services.reduce((sum, { deadLetters }) => sum + (deadLetters?.parked ?? 0), 0);
  return (
    <Figures>
      <Figure name="Orders last minute" value={ordersPerMinute.at(-2) ?? 0} title="The last whole minute" />
      <Figure name="Orders undecided" value={orders.pending} />
      <Figure name="Oldest unpublished" value={seconds(outbox)} tone={isLate(outbox) ? 'warn' : 'idle'} />
      <Figure name="Worst lag" value={seconds(lag)} tone={isLate(lag) ? 'warn' : 'idle'} />
      <Figure name="Dead letters" value={dead} tone={dead > 0 ? 'bad' : 'idle'} />
      <Figure name="Parked" value={parked} tone={parked > 0 ? 'warn' : 'idle'} />
    </Figures>
  );
}
