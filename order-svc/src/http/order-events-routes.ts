import { callerOf } from '@microshop/chassis/http/caller';
import { callerAnswers } from '@microshop/chassis/http/operator';
import { PROBLEM_MEDIA_TYPE, problem, problemResponse } from '@microshop/chassis/http/problem';
import { always } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Order as OrderDocument } from '@microshop/contracts/http';
import { OrderId } from '@microshop/contracts/values';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { OrderFeed } from '../application/order-feed.ts';
import type { OrderQueries } from '../application/queries.ts';
import { isDecided, type Order } from '../domain/order.ts';
import { viewOf } from './order-view.ts';
import { requireOwn } from './own-orders.ts';

/** One message of the stream; `data` is the order as JSON. */
const StateMessage = Type.Object({
  id: Type.String({ description: 'The version' }),
  data: Type.String({ contentMediaType: 'application/json', contentSchema: OrderDocument, description: 'The order as it was then' }),
});

const schema = {
  tags: ['orders'],
  summary: 'Follow an order (server-sent events)',
  description:
    'One message for each state, the past ones first: `id` is the version, `data` the order. `Last-Event-ID` resumes after that version. Ends when the order is decided.',
  params: Type.Object({ orderId: OrderId }),
  headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ description: 'The `id` of the last event that was received' })) }),
  response: {
    200: { description: 'The states, as they come', content: { 'text/event-stream': { schema: StateMessage } } },
    204: Type.Null({ description: 'There is nothing to come: everything up to the end was received' }),
    ...always,
    ...callerAnswers,
    404: problemResponse('unknown_order'),
    406: problemResponse('not_acceptable: the caller takes no text/event-stream'),
  },
} as const;

/** The plugin refuses by itself who takes no event stream, and in a form of its own. */
async function refuseAsProblem(_request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode !== 406) return payload;
  reply.type(PROBLEM_MEDIA_TYPE);
  return problem(
    406,
    'not_acceptable',
    'The events of an order come as text/event-stream only: accept that, or read GET /orders/:orderId.',
  );
}

export function orderEventsRoutes(app: HttpServer, queries: Pick<OrderQueries, 'findOrder'>, feed: OrderFeed): void {
  // A HEAD would wait for the end of the order, and say nothing.
  const options = {
    onRequest: app.requireCaller,
    schema: { ...schema, ...app.callerSecurity },
    sse: 'only',
    config: { isStream: true },
    preSerialization: refuseAsProblem,
    exposeHeadRoute: false,
  } as const;
  app.get('/orders/:orderId/events', options, async (request, reply) => {
    const { orderId } = request.params;
    const gone = new AbortController();
    reply.sse.onClose(() => gone.abort());
    const order = requireOwn(await queries.findOrder(orderId), orderId, callerOf(request));
    let sent = Math.min(/^\d{1,9}$/.test(reply.sse.lastEventId ?? '') ? Number(reply.sse.lastEventId) : 0, order.version);
    // EventSource comes again after every end of a stream, but not after a 204.
    if (isDecided(order) && sent === order.version) return reply.code(204).send(null);
    // At once, so that the client knows that it is connected: the next state may be minutes away.
    reply.sse.sendHeaders();
    reply.raw.flushHeaders();
    const send = async (seen: Order) => {
      for (const state of seen.states) {
        if (state.version <= sent || gone.signal.aborted) continue;
        sent = state.version;
        await reply.sse.send({ id: String(state.version), data: viewOf(seen, state) });
      }
    };
    await send(order);
    for await (const seen of laterStates(order, feed, AbortSignal.any([app.drain, gone.signal]))) await send(seen);
    reply.sse.close();
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
