import type { OrderRow } from '../../../src/api/index.ts';
import { Ago, type Column, counted, money, ShortId, Status, Table } from '../../ui/index.ts';
import { Says } from '../says.tsx';
import { orderStatus, spelled } from '../words.ts';
import { CustomerLink } from './customer-link.tsx';
import './orders.css';
import { WaitingFor } from './waiting.tsx';

const columns: readonly Column<OrderRow>[] = [
  { name: 'Order', cell: ({ orderId }) => <ShortId id={orderId} href={`/orders/${orderId}`} /> },
  { name: 'Status', cell: ({ status }) => <Says {...orderStatus[status]} /> },
  { name: 'Because', cell: (row) => <Because of={row} /> },
  { name: 'Lines', cell: ({ lines }) => <Lines of={lines} /> },
  { name: 'Customer', cell: (row) => <CustomerLink of={row} /> },
  {
    name: 'Total',
    number: true,
    cell: ({ totalPrice, currency }) => (totalPrice === null || currency === null ? '–' : money(totalPrice, currency)),
  },
  { name: 'Requested', number: true, cell: ({ requestedAt }) => <Ago at={requestedAt} /> },
];

const Because = ({ of: { status, rejection, waitingFor, deadLetters } }: { of: OrderRow }) =>
  rejection === null && waitingFor.length + deadLetters === 0 ? null : (
    <span class="because">
      {rejection !== null && spelled(rejection)}
      {waitingFor.length > 0 && <WaitingFor of={waitingFor} />}
      {deadLetters > 0 && <Status tone={status === 'pending' ? 'warn' : 'idle'}>{counted(deadLetters, 'dead letter')}</Status>}
    </span>
  );

const SHOWN_LINES = 2;

const Lines = ({ of: lines }: { of: OrderRow['lines'] }) => (
  <span class="wrap-anywhere" title={lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join('\n')}>
    {lines
      .slice(0, SHOWN_LINES)
      .map(({ sku, quantity }) => `${quantity} × ${sku}`)
      .join(', ')}
    {lines.length > SHOWN_LINES && ` and ${lines.length - SHOWN_LINES} more`}
  </span>
);

export const OrdersTable = ({ orders }: { orders: readonly OrderRow[] }) => (
  <Table caption="Orders" columns={columns} rows={orders} rowKey={({ orderId }) => orderId} />
);
