import { useEffect, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import type { OrderRow, OrderTimeline, TimelineEntry } from '../../../src/api/index.ts';
import { Ago, Answer, CopyButton, counted, Facts, Loading, money, Notice, Panel, useQuery } from '../../ui/index.ts';
import { read } from '../api.ts';
import { useStream } from '../live.ts';
import { LiveMark } from '../live-mark.tsx';
import { Says } from '../says.tsx';
import { Screen } from '../screen.tsx';
import { orderStatus, pointsState, spelled } from '../words.ts';
import { CustomerLink } from './customer-link.tsx';
import { LinesPanel } from './lines-panel.tsx';
import './orders.css';
import { OrderActions } from './order-actions.tsx';
import { Timeline } from './timeline.tsx';

/** What was told so far, with what is told now; the stream sends only what is new. */
function merged(before: OrderTimeline | undefined, { order, entries, isWhole }: OrderTimeline): OrderTimeline {
  if (before === undefined || before.order.orderId !== order.orderId) return { order, entries, isWhole };
  const known = new Set(before.entries.map(({ entryId }) => entryId));
  const all = [...before.entries, ...entries.filter(({ entryId }) => !known.has(entryId))];
  return {
    order: order.version >= before.order.version ? order : before.order,
    entries: all.sort((one, other) => Date.parse(one.appendedAt) - Date.parse(other.appendedAt)),
    isWhole,
  };
}

function useTimeline(orderId: string) {
  const path = `/console/orders/${encodeURIComponent(orderId)}`;
  const first = useQuery<OrderTimeline>(path, read(path));
  const [shown, setShown] = useState<OrderTimeline>();
  const told = (timeline: OrderTimeline) => setShown((before) => merged(before, timeline));
  useEffect(() => {
    if (first.data !== undefined) told(first.data);
  }, [first.data]);
  const isThere = first.data !== undefined;
  const isLive = useStream<OrderTimeline>(isThere ? `${path}/events` : undefined, told);
  return { first, isLive, shown: shown?.order.orderId === orderId ? shown : undefined };
}

export function OrderScreen() {
  const { params } = useRoute();
  const orderId = params.orderId ?? '';
  const { first, isLive, shown } = useTimeline(orderId);
  const heading = (
    <span class="row">
      <span class="order__id mono">{orderId}</span>
      <CopyButton text={orderId} what="the order’s id" />
    </span>
  );
  return (
    <Screen
      title={`Order …${orderId.slice(-8)}`}
      heading={heading}
      parent={{ name: 'Orders', href: '/orders' }}
      actions={
        <>
          {shown && <LiveMark isLive={isLive} />}
          {shown && <OrderActions order={shown.order} />}
        </>
      }
    >
      {shown === undefined ? (
        <section class="panel">
          <Answer query={first}>{() => <Loading />}</Answer>
        </section>
      ) : (
        <Shown {...shown} />
      )}
    </Screen>
  );
}

/** Dead letters of the order that were not replayed since. */
function OpenLetters({ of: entries }: { of: readonly TimelineEntry[] }) {
  const replayed = new Set(entries.filter(({ kind }) => kind === 'replay').map(({ eventId }) => eventId));
  const open = entries.filter(({ kind, eventId }) => kind === 'dead-letter' && !replayed.has(eventId));
  if (open.length === 0) return null;
  return (
    <Notice tone="warn">
      A service could not handle {counted(open.length, 'event')} of this order: the timeline says why. Mend the cause, then{' '}
      <a href="/dead-letters">replay the dead letters</a>.
    </Notice>
  );
}

const Shown = ({ order, entries, isWhole }: OrderTimeline) => (
  <>
    <OpenLetters of={entries} />
    <div class="order__columns">
      <Panel title="Order" padded>
        <OrderFacts of={order} />
      </Panel>
      <LinesPanel lines={order.lines} />
    </div>
    <Timeline order={order} entries={entries} isWhole={isWhole} />
  </>
);

const OrderFacts = ({ of: order }: { of: OrderRow }) => {
  const { totalPrice, currency, points } = order;
  return (
    <Facts
      of={{
        Status: (
          <span class="row">
            <Says {...orderStatus[order.status]} />
            {order.rejection !== null && spelled(order.rejection)}
          </span>
        ),
        Total: totalPrice === null || currency === null ? undefined : money(totalPrice, currency),
        Customer: <CustomerLink of={order} />,
        Points: (
          <span class="row">
            <Says {...pointsState[points.state]} />
            {points.redeemed > 0 && <span>{points.redeemed} redeemed</span>}
            {points.earned > 0 && <span>{points.earned} earned</span>}
            {points.reason !== null && spelled(points.reason)}
          </span>
        ),
        Requested: <Ago at={order.requestedAt} />,
        Changed: <Ago at={order.changedAt} />,
      }}
    />
  );
};
