import type { FastifyReply } from 'fastify';
import { sendProblem } from './error-handler.ts';
import type { HttpServer } from './instance.ts';
import { problem } from './problem.ts';

const EXEMPT = /^\/(livez|readyz|openapi\.json|docs|metrics)(\/|$)/;
/** Those who are refused together must not come again together. */
const LONGEST_RETRY_S = 3;

/** Answers 503 `overloaded`, with a Retry-After that differs from caller to caller. */
export function refuseOverloaded(reply: FastifyReply): void {
  reply.header('retry-after', String(1 + Math.floor(Math.random() * LONGEST_RETRY_S)));
  sendProblem(reply, problem(503, 'overloaded', 'There is more to do than can be done now. Nothing was done; try again.'));
}

/** Calls `leave` once, when the answer was sent or the caller has gone. */
export function whenOver({ raw }: FastifyReply, leave: () => void): void {
  let isOver = false;
  const once = () => {
    if (!isOver) leave();
    isOver = true;
  };
  // A caller that goes away before the answer leaves no `finish`.
  raw.once('finish', once).once('close', once);
}

/**
 * Answers 503 `overloaded` with Retry-After at once while `max` requests are worked on, before anything costs work or memory.
 * Event streams, which stay open for long, are counted apart; health and documents are not counted.
 */
export function boundInFlight(app: HttpServer, max: number): void {
  const open = { requests: 0, streams: 0 };
  app.addHook('onRequest', (request, reply, done) => {
    const { url, config } = request.routeOptions;
    if (EXEMPT.test(url ?? '')) return done();
    const pool = config.isStream ? 'streams' : 'requests';
    if (open[pool] >= max) return refuseOverloaded(reply);
    open[pool]++;
    whenOver(reply, () => {
      open[pool]--;
    });
    done();
  });
}
