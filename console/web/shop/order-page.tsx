import { dataOf, type Order } from '@microshop/client';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { Button, CopyButton, Dialog, exact, Failed, Icon, LinkButton, Loading, money, Notice, now, sayFailure } from '../ui/index.ts';
import { cart, cartOf } from './cart.ts';
import { refreshCustomers } from './customer.ts';
import { Page } from './page.tsx';
import { attempt } from './place-order.ts';
import { shop, shown } from './shop-client.ts';
import { Reductions, Sum } from './sums.tsx';
import { states, wordsOfRejection } from './words.ts';

const SLOW_MS = 8000;

/** The order in its present state, as its events come. */
function useOrder(orderId: string): { order: Order | undefined; error: unknown; show: (order: Order) => void; retry: () => void } {
  const [order, show] = useState<Order>();
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    const leaving = new AbortController();
    const follow = async () => {
      for await (const state of shop.followOrder(orderId, leaving.signal)) show(state);
      await refreshCustomers();
    };
    setError(undefined);
    follow().catch((failure: unknown) => leaving.signal.aborted || setError(shown(failure)));
    return () => leaving.abort();
  }, [orderId, round]);
  return { order: order?.orderId === orderId ? order : undefined, error, show, retry: () => setRound(round + 1) };
}

export function OrderPage({ orderId }: { orderId: string }) {
  const { order, error, show, retry } = useOrder(orderId);
  if (error !== undefined && !order)
    return (
      <Page title="Order">
        <Failed {...sayFailure(error)} onRetry={retry}>
          <p>An order is shown to who placed it: look at “Shopping as”.</p>
        </Failed>
      </Page>
    );
  return (
    <Page title="Order">
      {order ? (
        <>
          <State order={order} />
          <Actions order={order} onChange={show} />
          <Prices order={order} />
          <p class="soft row">
            <span>
              Order <span class="mono wrap-anywhere">{orderId}</span>
            </span>
            <CopyButton text={orderId} what="the order's number" />
          </p>
          <p class="soft">
            Placed {exact(order.createdAt)}. <a href={`/orders/${orderId}`}>What happened behind the scenes</a>, for operators.
          </p>
        </>
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function State({ order }: { order: Order }) {
  const { tone, name, title, advice } = states[order.status];
  const words = order.rejection ? wordsOfRejection(order.rejection) : { title, advice };
  const isSlow = order.status === 'pending' && now.value - Date.parse(order.createdAt) > SLOW_MS;
  return (
    <section class={`state state--${tone}`} aria-live="polite" data-status={order.status}>
      <Icon name={tone} />
      <div>
        <p class="state__name">{name}</p>
        <p class="state__title">{words.title}</p>
        <p>{words.advice}</p>
        {order.rejection && <Shortages order={order} />}
        {isSlow && <p>It takes longer than usual: a part of the shop is away. It goes on by itself when that is back.</p>}
      </div>
    </section>
  );
}

function Shortages({ order: { items, rejection } }: { order: Order }) {
  const nameOf = (sku: string) => items.find((item) => item.sku === sku)?.name ?? sku;
  return (
    <ul class="shortages">
      {rejection?.errors?.map(({ sku, requested, available }) => (
        <li key={sku}>
          <strong>{nameOf(sku)}</strong>: you wanted {requested},{' '}
          {available === 0 ? 'none is' : `${available} ${available === 1 ? 'is' : 'are'}`} left
        </li>
      ))}
    </ul>
  );
}

function Actions({ order, onChange }: { order: Order; onChange: (order: Order) => void }) {
  const { route } = useLocation();
  if (order.status === 'rejected' || order.status === 'cancelled') {
    const again = cartOf(order);
    const refill = () => {
      cart.value = again;
      route('/shop/cart');
    };
    return (
      <p class="row">
        {again.lines.length > 0 && attempt.value === null && (
          <Button kind="primary" icon="cart" onClick={refill}>
            {order.rejection?.errors ? 'Put what is left into the cart' : 'Put the items into the cart'}
          </Button>
        )}
        <LinkButton href="/shop">To the catalogue</LinkButton>
      </p>
    );
  }
  return (
    <p class="row">
      <LinkButton href="/shop" kind="primary">
        Go on shopping
      </LinkButton>
      {order.status !== 'fulfilled' && <CancelButton orderId={order.orderId} onChange={onChange} />}
    </p>
  );
}

function CancelButton({ orderId, onChange }: { orderId: string; onChange: (order: Order) => void }) {
  const [isAsking, ask] = useState(false);
  const [failure, setFailure] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    try {
      onChange(await dataOf(shop.api.POST('/orders/{orderId}/cancel', { params: { path: { orderId } } })));
      ask(false);
    } catch (error) {
      setFailure(sayFailure(shown(error)).detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button onClick={() => ask(true)}>Cancel the order</Button>
      {isAsking && (
        <Dialog
          title="Cancel this order?"
          action="Cancel the order"
          back="Keep it"
          danger
          disabled={isBusy}
          onClose={() => ask(false)}
          onSubmit={() => void cancel()}
        >
          <p>The items go back on sale; points and discount come back to you.</p>
          {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
        </Dialog>
      )}
    </>
  );
}

/** The lines and sums as the shop has kept them with the order. */
function Prices({ order }: { order: Order }) {
  const { items, currency, itemsPrice, discountPrice, pointsDiscountPrice } = order;
  const amount = (minor: number) => money(minor, currency);
  return (
    <section class="summary" aria-label="Items and prices">
      <dl class="sums">
        {items.map(({ sku, name, quantity, lineTotal }) => (
          <div key={sku} class="sums__row">
            <dt>
              {quantity} × {name}
            </dt>
            <dd>{amount(lineTotal)}</dd>
          </div>
        ))}
        {(discountPrice > 0 || pointsDiscountPrice > 0) && <Sum name="Items" value={amount(itemsPrice)} />}
        <Reductions of={order} />
      </dl>
    </section>
  );
}
