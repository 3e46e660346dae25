import { useState } from 'preact/hooks';
import type { StockPage, StockRow } from '../../../src/api/index.ts';
import { Ago, Answer, type Column, count, Empty, money, Panel, SearchBox, Status, Table, useQuery } from '../../ui/index.ts';
import { address, useAddress, useTyped } from '../address.ts';
import { read, session } from '../api.ts';
import { useStream } from '../live.ts';
import { LiveMark } from '../live-mark.tsx';
import { Pages } from '../pages.tsx';
import { Screen } from '../screen.tsx';
import { Toggle } from '../toggle.tsx';
import './stock.css';

const columns: readonly Column<StockRow>[] = [
  {
    name: 'SKU',
    cell: ({ sku }) => (
      <a class="wrap-anywhere" href={`/stock/${encodeURIComponent(sku)}`}>
        {sku}
      </a>
    ),
  },
  { name: 'Name', cell: ({ name }) => name ?? <span class="faint">unknown</span> },
  { name: 'State', cell: (row) => <StockState of={row} /> },
  { name: 'Available', number: true, cell: ({ available }) => <strong>{count(available)}</strong> },
  { name: 'Reserved', number: true, cell: ({ reserved }) => count(reserved) },
  { name: 'Sold', number: true, cell: ({ sold }) => count(sold) },
  {
    name: 'Price',
    number: true,
    cell: ({ unitPrice, currency }) => (unitPrice === null || currency === null ? '–' : money(unitPrice, currency)),
  },
  {
    name: 'Changed',
    number: true,
    cell: ({ changedAt }) => (changedAt === null ? <span class="faint">never</span> : <Ago at={changedAt} />),
  },
];

export const StockState = ({ of: { isActive, isLow, available } }: { of: StockRow }) => {
  if (!isActive) return <Status tone="idle">Retired</Status>;
  if (available === 0) return <Status tone="bad">Sold out</Status>;
  return isLow ? <Status tone="warn">Low</Status> : <Status tone="good">In stock</Status>;
};

/** Rows of the page, each replaced by what the stream told later. */
function useLiveRows(): { isLive: boolean; fresh: (row: StockRow) => StockRow } {
  const [heard, setHeard] = useState<ReadonlyMap<string, StockRow>>(new Map());
  const isLive = useStream<StockRow>('/console/stock/events', (row) => setHeard((before) => new Map(before).set(row.sku, row)));
  return {
    isLive,
    fresh: (row) => {
      const later = heard.get(row.sku);
      return later && later.version > row.version ? later : row;
    },
  };
}

export function StockScreen() {
  const { query, change } = useAddress();
  const [search, setSearch] = useTyped('search', { cursor: undefined });
  const { search: sought, low, cursor } = query;
  const path = address('/console/stock', { search: sought, low, cursor });
  const page = useQuery<StockPage>(path, read(path));
  const { isLive, fresh } = useLiveRows();
  return (
    <Screen title="Stock" actions={<LiveMark isLive={isLive} />}>
      <div class="row">
        <SearchBox label="Search the stock" placeholder="Beginning of a SKU, or a part of a name" value={search} onInput={setSearch} />
        <Toggle name="Only low" on={low === 'true'} onChange={(on) => change({ low: on ? 'true' : undefined, cursor: undefined })} />
      </div>
      <Panel title="Products" actions={<span class="faint">low: fewer than {session.value?.lowStock ?? 0} available</span>}>
        <Answer query={page} lines={10}>
          {({ data, nextCursor }) => (
            <>
              {data.length === 0 ? (
                <NoStock isFiltered={sought !== undefined || low !== undefined} />
              ) : (
                <Table caption="Stock by SKU" columns={columns} rows={data.map(fresh)} rowKey={({ sku }) => sku} mark={markOf} />
              )}
              <Pages nextCursor={nextCursor} />
            </>
          )}
        </Answer>
      </Panel>
    </Screen>
  );
}

const markOf = ({ isActive, isLow, available }: StockRow) => (isActive && available === 0 ? 'bad' : isLow ? 'warn' : undefined);

const NoStock = ({ isFiltered }: { isFiltered: boolean }) =>
  isFiltered ? (
    <Empty title="No product is like this" icon="search">
      <p>Search for the beginning of the SKU or a part of the name, or take the filter off.</p>
    </Empty>
  ) : (
    <Empty title="No products yet" icon="stock">
      <p>Fill the shop with npm run seed, or make one with POST /api/products.</p>
    </Empty>
  );
