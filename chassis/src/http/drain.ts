import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpServer } from './instance.ts';

/**
 * Makes `app.close()` break no request and never hang: answers in flight are finished, idle sockets are closed, and after `closeTimeoutMs` the rest is cut.
 * `app.drain` is aborted first, so that handlers that wait can answer at once.
 */
export function drainOnClose(app: HttpServer, { lameDuckMs = 100, closeTimeoutMs = 8_000 } = {}): void {
  const drain = new AbortController();
  // Each waiting request listens.
  setMaxListeners(0, drain.signal);
  const sockets = trackSockets(app);
  app.decorate('drain', drain.signal);
  app.addHook('onSend', async (_request, reply) => {
    if (drain.signal.aborted) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    drain.abort();
    if (!app.server.listening) return;
    // A caller that reuses its connection just now would find it closed. For a moment more all is answered, with `Connection: close`.
    await delay(lameDuckMs);
    closeSocketsAsTheyFallIdle(app, sockets, closeTimeoutMs);
  });
}

function trackSockets(app: HttpServer): Set<Socket> {
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}

// fastify closes sockets that are idle when close() begins; one that falls idle later would hold it up until its keep-alive timeout.
function closeSocketsAsTheyFallIdle({ server }: HttpServer, sockets: Set<Socket>, closeTimeoutMs: number): void {
  const sweep = (): void => {
    server.closeIdleConnections();
    // Node does not count sockets as idle on which nothing was ever sent, such as a browser's spare ones.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  const sweeper = setInterval(sweep, 50);
  const axe = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
  server.once('close', () => {
    clearInterval(sweeper);
    clearTimeout(axe);
  });
}
