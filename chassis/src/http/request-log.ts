import { type FastifyReply, LogController } from 'fastify';

/** One line for each answered request, without query string, headers and body: they carry personal data. */
export function createRequestLog(): LogController {
  return Object.assign(new LogController(), {
    incomingRequest: () => undefined,
    requestCompleted: (error: Error | null | undefined, _request: unknown, reply: FastifyReply) => {
      const { request, statusCode, elapsedTime } = reply;
      const fields = { method: request.method, route: request.routeOptions.url ?? null, statusCode, durationMs: Math.round(elapsedTime) };
      if (error) reply.log.error({ ...fields, err: error }, 'request failed');
      else reply.log.info(fields, 'request');
    },
  });
}
