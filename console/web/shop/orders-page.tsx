import { dataOf, type Order } from '@microshop/client';
import { Ago, Answer, Empty, LinkButton, money, Status, useQuery } from '../ui/index.ts';
import { ForgetMe } from './forget-me.tsx';
import { Page } from './page.tsx';
import { ownOrders } from './place-order.ts';
import { shop } from './shop-client.ts';
import { states } from './words.ts';

const EVERY_MS = 5000;
const MOST_SHOWN = 20;

/** What can be read of them now: another buyer's are not shown, and the shop may have forgotten some. */
async function readOrders(orderIds: readonly string[], signal: AbortSignal): Promise<Order[]> {
  const answers = await Promise.all(
    orderIds.slice(0, MOST_SHOWN).map(async (orderId) => {
      const answer = shop.api.GET('/orders/{orderId}', { params: { path: { orderId } }, signal });
      const { status } = (await answer).response;
      return status === 404 || status === 403 ? undefined : dataOf(answer);
    }),
  );
  return answers.filter((order) => order !== undefined);
}

/** The orders of this browser. */
export function OrdersPage() {
  const orderIds = ownOrders.value;
  const query = useQuery(orderIds.join(), (signal) => readOrders(orderIds, signal), { everyMs: EVERY_MS });
  return (
    <Page title="Your orders">
      <Answer query={query}>
        {(orders) =>
          orders.length === 0 ? (
            <Empty title="No orders yet" icon="orders">
              <p>What you order in this browser is listed here.</p>
              <LinkButton href="/shop" kind="primary">
                To the catalogue
              </LinkButton>
            </Empty>
          ) : (
            <ul class="orders">
              {orders.map((order) => (
                <OrderRow key={order.orderId} order={order} />
              ))}
            </ul>
          )
        }
      </Answer>
      <ForgetMe />
    </Page>
  );
}

function OrderRow({ order: { orderId, status, items, totalPrice, currency, createdAt } }: { order: Order }) {
  const { tone, name } = states[status];
  return (
    <li>
      <a class="order" href={`/shop/orders/${orderId}`}>
        <span class="order__items">{items.map((item) => `${item.quantity} × ${item.name}`).join(', ')}</span>
        <span>{money(totalPrice, currency)}</span>
        <Status tone={tone}>{name}</Status>
        <span class="soft">
          <Ago at={createdAt} />
        </span>
      </a>
    </li>
  );
}
