import type { HttpServer } from '@microshop/chassis/http/server';
import type { FastifyReply } from 'fastify';

/** Options of a route that answers server-sent events. A HEAD would wait for ever. */
export const streamed = { sse: 'only', config: { isStream: true }, exposeHeadRoute: false } as const;

/**
 * Sends what `produce` makes of the latest news until the caller goes or the server drains. News that come while something is being sent are
 * one: a slow reader gets fewer messages, never old ones.
 */
export async function stream<News>(
  app: HttpServer,
  reply: FastifyReply,
  listen: (listener: (news: News) => void) => () => void,
  produce: (news: News) => Promise<readonly unknown[]> | readonly unknown[],
): Promise<void> {
  const gone = new AbortController();
  reply.sse.onClose(() => gone.abort());
  const over = AbortSignal.any([app.drain, gone.signal]);
  // At once, so that the caller knows that it is connected.
  reply.sse.sendHeaders();
  reply.raw.flushHeaders();
  let latest: { news: News } | undefined;
  let wake: () => void = () => undefined;
  over.addEventListener('abort', () => wake(), { once: true });
  const stopListening = listen((news) => {
    latest = { news };
    wake();
  });
  try {
    while (!over.aborted) {
      if (!latest) await new Promise<void>((resolve) => (wake = resolve));
      const fresh = latest as { news: News } | undefined;
      latest = undefined;
      if (!fresh || over.aborted) continue;
      for (const data of await produce(fresh.news)) if (!over.aborted) await reply.sse.send({ data });
    }
  } finally {
    stopListening();
    reply.sse.close();
  }
}
