import type { OrderRow } from '../../../src/api/index.ts';
import { type Column, count, Panel, Table } from '../../ui/index.ts';
import { Says } from '../says.tsx';
import { lineState, spelled } from '../words.ts';

type Line = OrderRow['lines'][number];

const columns: readonly Column<Line>[] = [
  {
    name: 'SKU',
    cell: ({ sku }) => (
      <a class="wrap-anywhere" href={`/stock/${encodeURIComponent(sku)}`}>
        {sku}
      </a>
    ),
  },
  { name: 'Quantity', number: true, cell: ({ quantity }) => count(quantity) },
  { name: 'Stock', cell: ({ stock }) => <Says {...lineState[stock]} /> },
  { name: 'Because', cell: (line) => because(line) },
];

const because = ({ reason, available }: Line): string => {
  if (reason === null) return '–';
  return available === null ? spelled(reason) : `${spelled(reason)}: ${count(available)} available`;
};

export const LinesPanel = ({ lines }: { lines: readonly Line[] }) => (
  <Panel title="Lines">
    <Table caption="The order’s lines and what became of them" columns={columns} rows={lines} rowKey={({ sku }) => sku} />
  </Panel>
);
