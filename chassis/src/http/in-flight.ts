import { sendProblem } from './error-handler.ts';
import type { HttpServer } from './instance.ts';
import { problem } from './problem.ts';

const EXEMPT = /^\/(livez|readyz|openapi\.json|docs|metrics)(\/|$)/;

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
    if (open[pool] >= max) {
      reply.header('retry-after', '1');
      sendProblem(reply, problem(503, 'overloaded', 'There is more to do than can be done now. Nothing was done; try again.'));
      return;
    }
    open[pool]++;
    let isOver = false;
    const leave = () => {
      if (!isOver) open[pool]--;
      isOver = true;
    };
    // A caller that goes away before the answer leaves no `finish`.
    reply.raw.once('finish', leave).once('close', leave);
    done();
  });
}
