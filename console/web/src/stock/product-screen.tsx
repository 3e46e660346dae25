import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import type { StockHistory, StockRow } from '../../../src/api/index.ts';
import { Ago, Answer, Button, count, Empty, Figure, Figures, Loading, money, Panel, useQuery } from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { useStream } from '../live.ts';
import { LiveMark } from '../live-mark.tsx';
import { Screen } from '../screen.tsx';
import { Segments } from '../segments.tsx';
import { OperatorOnly } from '../session/operator-only.tsx';
import { AdjustDialog } from './adjust-dialog.tsx';
import { HistoryChart } from './history-chart.tsx';
import { MovementsPanel } from './movements-panel.tsx';
import { StockState } from './screen.tsx';

const periods = [
  { value: '', name: 'All', ms: undefined },
  { value: 'hour', name: 'Hour', ms: 3_600_000 },
  { value: 'day', name: 'Day', ms: 86_400_000 },
  { value: 'week', name: 'Week', ms: 604_800_000 },
] as const;

export function ProductScreen() {
  const { params } = useRoute();
  const sku = params.sku ?? '';
  const path = `/console/stock/${encodeURIComponent(sku)}`;
  const first = useQuery<StockRow>(path, read(path));
  const [later, setLater] = useState<StockRow>();
  const isLive = useStream<StockRow>('/console/stock/events', (row) => {
    if (row.sku === sku) setLater(row);
  });
  const [adjusts, setAdjusts] = useState(false);
  const row = later !== undefined && later.sku === sku && later.version > (first.data?.version ?? -1) ? later : first.data;
  const actions = (
    <>
      <LiveMark isLive={isLive} />
      <OperatorOnly to="adjust">
        <Button kind="primary" icon="plus" disabled={row === undefined} onClick={() => setAdjusts(true)}>
          Adjust…
        </Button>
      </OperatorOnly>
    </>
  );
  return (
    <Screen title={sku} parent={{ name: 'Stock', href: '/stock' }} actions={actions}>
      {row === undefined ? (
        <section class="panel">
          <Answer query={first}>{() => <Loading />}</Answer>
        </section>
      ) : (
        <Product row={row} />
      )}
      {adjusts && row && <AdjustDialog row={row} onClose={() => setAdjusts(false)} />}
    </Screen>
  );
}

const Product = ({ row }: { row: StockRow }) => (
  <>
    <div class="row">
      <StockState of={row} />
      <span>{row.name}</span>
      {row.unitPrice !== null && row.currency !== null && <span class="soft">{money(row.unitPrice, row.currency)}</span>}
      {row.changedAt !== null && (
        <span class="faint">
          changed <Ago at={row.changedAt} />
        </span>
      )}
      <a href={address('/orders', { sku: row.sku })}>Its orders</a>
    </div>
    <Figures>
      <Figure
        name="Available"
        value={count(row.available)}
        tone={row.isActive && row.available === 0 ? 'bad' : row.isLow ? 'warn' : 'idle'}
      />
      <Figure name="Reserved" value={count(row.reserved)} />
      <Figure name="Sold" value={count(row.sold)} />
      <Figure name="Received" value={count(row.available + row.reserved + row.sold)} title="available + reserved + sold" />
    </Figures>
    <History row={row} />
    <MovementsPanel sku={row.sku} version={row.version} />
  </>
);

/** Drawn again with each version of the stock; the drawing before stays meanwhile. */
function History({ row: { sku, version } }: { row: StockRow }) {
  const { query, change } = useAddress();
  const period = periods.find(({ value }) => value === query.period) ?? periods[0];
  const path = `/console/stock/${encodeURIComponent(sku)}/history`;
  const history = useQuery<StockHistory>(
    `${path} ${period.value}`,
    (signal) => {
      const from = period.ms === undefined ? undefined : new Date(Date.now() - period.ms).toISOString();
      return read<StockHistory>(address(path, { from, limit: '2000' }))(signal);
    },
    { on: version },
  );
  return (
    <Panel
      title="History"
      actions={
        <Segments
          label="Period"
          choices={periods}
          value={period.value}
          onChange={(value) => change({ period: value }, { replace: true })}
        />
      }
      padded
    >
      <Answer query={history}>
        {({ points, isWhole }) =>
          points.length === 0 ? (
            <Empty title="No movement in this period" icon="stock">
              <p>Choose a longer one.</p>
            </Empty>
          ) : (
            <>
              <HistoryChart points={points} />
              {!isWhole && <p class="faint">Older movements are left out; choose a shorter period to see all of it.</p>}
            </>
          )
        }
      </Answer>
    </Panel>
  );
}
