import type { OrderPage } from '../../../src/api/index.ts';
import { Answer, Button, Empty, Panel, useQuery } from '../../ui/index.ts';
import { address, useAddress } from '../address.ts';
import { read } from '../api.ts';
import { Pages } from '../pages.tsx';
import { Screen } from '../screen.tsx';
import { Filters } from './filters.tsx';
import { OrdersTable } from './table.tsx';

const POLL_MS = 3000;

export function OrdersScreen() {
  const { query } = useAddress();
  const { search, customer, status, reason, sku, from, until, dead, cursor } = query;
  const path = address('/console/orders', { search, customer, status, reason, sku, from, until, dead, cursor });
  const page = useQuery<OrderPage>(path, read(path), { everyMs: POLL_MS });
  const isFiltered = [search, customer, status, reason, sku, from, until, dead].some((given) => given !== undefined);
  return (
    <Screen title="Orders">
      <Filters />
      <Panel title="Orders, the newest first">
        <Answer query={page} lines={10}>
          {({ data, nextCursor }) => (
            <>
              {data.length === 0 ? <NoOrders isFiltered={isFiltered} /> : <OrdersTable orders={data} />}
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
  const none = { search: '', customer: '', status: '', reason: '', sku: '', from: '', until: '', dead: '', cursor: '' };
  return (
    <Empty title="No order is like this" icon="search">
      <p>An order is found by the beginning of its id (at least 4 characters), its customer’s id or its e-mail address, written whole.</p>
      <Button onClick={() => change(none)}>Take the filters off</Button>
    </Empty>
  );
}
