import { useRoute } from 'preact-iso';
import type { CustomerPoints, OrderPage, PointsMovement } from '../../../src/api/index.ts';
import {
  Ago,
  Answer,
  type Column,
  CopyButton,
  count,
  Empty,
  Figure,
  Figures,
  Panel,
  ShortId,
  signed,
  Table,
  useQuery,
} from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { OrdersTable } from '../orders/table.tsx';
import { Pages } from '../pages.tsx';
import { Screen } from '../screen.tsx';
import { spelled } from '../words.ts';

const POLL_MS = 3000;
const SHOWN_ORDERS = '5';

const columns: readonly Column<PointsMovement>[] = [
  { name: 'When', cell: ({ at }) => <Ago at={at} /> },
  { name: 'Movement', cell: ({ type }) => spelled(type) },
  { name: 'Points', number: true, cell: ({ change }) => signed(change) },
  { name: 'Order', cell: ({ orderId }) => (orderId === null ? 'by hand' : <ShortId id={orderId} href={`/orders/${orderId}`} />) },
];

export function CustomerScreen() {
  const { params } = useRoute();
  const { query } = useAddress();
  const customerId = params.customerId ?? '';
  const path = address(`/console/customers/${encodeURIComponent(customerId)}`, { cursor: query.cursor });
  const points = useQuery<CustomerPoints>(path, read(path), { everyMs: POLL_MS });
  const heading = (
    <span class="row">
      <span class="mono">{customerId}</span>
      <CopyButton text={customerId} what="the customer’s id" />
    </span>
  );
  return (
    <Screen title={`Customer ${customerId}`} heading={heading} parent={{ name: 'Orders', href: '/orders' }}>
      <Answer query={points}>{(told) => <Points of={told} />}</Answer>
      <OrdersPanel customerId={customerId} />
    </Screen>
  );
}

const Points = ({ of: { balance, balanceAt, movements } }: { of: CustomerPoints }) => (
  <>
    <Figures>
      <Figure name="Points" value={count(balance)} title="After the last event" />
      <Figure name="Last told" value={<Ago at={balanceAt} />} />
    </Figures>
    <Panel title="What moved the points">
      {movements.data.length === 0 ? (
        <Empty title="Nothing has moved points">
          <p>An order that redeems or earns some is shown here, and what is adjusted by hand.</p>
        </Empty>
      ) : (
        <Table caption="Movements, the newest first" columns={columns} rows={movements.data} rowKey={({ movementId }) => movementId} />
      )}
      <Pages nextCursor={movements.nextCursor} />
    </Panel>
  </>
);

function OrdersPanel({ customerId }: { customerId: string }) {
  const path = address('/console/orders', { customer: customerId, limit: SHOWN_ORDERS });
  const orders = useQuery<OrderPage>(path, read(path), { everyMs: POLL_MS });
  return (
    <Panel title="Orders, the newest first" actions={<a href={address('/orders', { customer: customerId })}>All their orders</a>}>
      <Answer query={orders}>
        {({ data }) => (data.length === 0 ? <Empty title="No orders in the last 30 days" icon="orders" /> : <OrdersTable orders={data} />)}
      </Answer>
    </Panel>
  );
}
