import { problemResponse } from '@microshop/chassis/http/problem';
import type { HttpServer } from '@microshop/chassis/http/server';
import { OrderId } from '@microshop/contracts/values';
import Type from 'typebox';
import { unknownOrder } from '../application/change-order.ts';
import type { OrderFeed } from '../application/order-feed.ts';
import type { OrderQueries } from '../application/queries.ts';
import { isDecided, type Order } from '../domain/order.ts';
import { viewOf } from './order-view.ts';

const schema = {
  tags: ['orders'],
  summary: 'Follow an order (server-sent events)',
  description:
    'One event `order` for each state, the past ones first: `id` is the version, `data` the order. `Last-Event-ID` resumes after that version. Ends when the order is decided.',
  params: Type.Object({ orderId: OrderId }),
  response: { 404: problemResponse('unknown_order') },
} as const;

export function orderEventsRoutes(app: HttpServer, queries: Pick<OrderQueries, 'findOrder'>, feed: OrderFeed): void {
  app.get('/orders/:orderId/events', { schema, sse: 'only' }, async (request, reply) => {
    const { orderId } = request.params;
    const order = await queries.findOrder(orderId);
    if (!order) throw unknownOrder(orderId);
    let sent = Number(reply.sse.lastEventId ?? 0) || 0;
    const send = async (seen: Order) => {
      for (const state of seen.states) {
        if (state.version <= sent) continue;
        sent = state.version;
        await reply.sse.send({ id: String(state.version), event: 'order', data: viewOf(seen, state) });
      }
    };
    const gone = new AbortController();
    reply.sse.onClose(() => gone.abort());
    await send(order);
    for await (const seen of laterStates(order, feed, AbortSignal.any([app.drain, gone.signal]))) await send(seen);
    if (!gone.signal.aborted) reply.sse.close();
  });
}

/** The order each time it is seen in a new state, until it is decided or nobody listens any more. */
async function* laterStates(order: Order, feed: OrderFeed, over: AbortSignal): AsyncGenerator<Order> {
  let seen = order;
  while (!isDecided(seen) && !over.aborted) {
    const next = await nextState(seen, feed, over);
    if (!next) return;
    seen = next;
    yield seen;
  }
}

function nextState({ orderId, version }: Order, feed: OrderFeed, over: AbortSignal): Promise<Order | undefined> {
  const { promise, resolve } = Promise.withResolvers<Order | undefined>();
  const stopListening = feed.listen(orderId, version, resolve);
  const end = () => resolve(undefined);
  over.addEventListener('abort', end, { once: true });
  return promise.finally(() => {
    stopListening();
    over.removeEventListener('abort', end);
  });
}
