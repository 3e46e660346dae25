import type { OrderPage, OrderRow } from '../../../src/api/index.ts';
import { Ago, Answer, Button, type Column, counted, Empty, money, Panel, ShortId, Status, Table, useQuery } from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { Pages } from '../pages.tsx';
import { Says } from '../says.tsx';
import { Screen } from '../screen.tsx';
import { orderStatus, spelled } from '../words.ts';
import { Filters } from './filters.tsx';
import './orders.css';
import { WaitingFor } from './waiting.tsx';

const POLL_MS = 3000;

const columns: readonly Column<OrderRow>[] = [
  { name: 'Order', cell: ({ orderId }) => <ShortId id={orderId} href={`/orders/${orderId}`} /> },
  { name: 'Status', cell: ({ status }) => <Says {...orderStatus[status]} /> },
  { name: 'Because', cell: (row) => <Because of={row} /> },
  { name: 'Lines', cell: ({ lines }) => <Lines of={lines} /> },
  { name: 'Customer', cell: ({ customerId, isGuest }) => (isGuest ? 'Guest' : <ShortId id={customerId ?? 'unknown'} />) },
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

export function OrdersScreen() {
  const { query } = useAddress();
  const { search, status, reason, sku, from, until, dead, cursor } = query;
  const path = address('/console/orders', { search, status, reason, sku, from, until, dead, cursor });
  const page = useQuery<OrderPage>(path, read(path), { everyMs: POLL_MS });
  const isFiltered = [search, status, reason, sku, from, until, dead].some((given) => given !== undefined);
  return (
    <Screen title="Orders">
      <Filters />
      <Panel title="Orders, the newest first">
        <Answer query={page} lines={10}>
          {({ data, nextCursor }) => (
            <>
              {data.length === 0 ? (
                <NoOrders isFiltered={isFiltered} />
              ) : (
                <Table caption="Orders" columns={columns} rows={data} rowKey={({ orderId }) => orderId} />
              )}
              <Pages nextCursor={nextCursor} />
            </>
          )}
        </Answer>
      </Panel>
    </Screen>
  );
}

function NoOrders({ isFiltered }: { isFiltered: boolean }) {
  const { change } = useAddress();
  if (!isFiltered)
    return (
      <Empty title="No orders yet" icon="orders">
        <p>
          Buy something in the <a href="/shop">shop</a>, or send a checkout to POST /api/checkout.
        </p>
      </Empty>
    );
  const none = { search: '', status: '', reason: '', sku: '', from: '', until: '', dead: '', cursor: '' };
  return (
    <Empty title="No order is like this" icon="search">
      <p>An order is found by the beginning of its id (at least 4 characters), its customer’s id or its e-mail address, written whole.</p>
      <Button onClick={() => change(none)}>Take the filters off</Button>
    </Empty>
  );
}
