import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from './error-handler.ts';
import type { HttpServer } from './instance.ts';
import { problem } from './problem.ts';

type KnownRoute = { methods: string[]; path: RegExp };

/** Answers 404 `not_found` for unknown paths and 405 `method_not_allowed` with Allow for known ones. */
export function answerUnknownRoutes(app: HttpServer): void {
  const routes: KnownRoute[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), path: pathPattern(url) });
  });
  // Before the body is looked at: a wrong one is not what is wrong here.
  app.addHook('onRequest', (request, reply, done) => (request.is404 ? answer(routes, request, reply) : done()));
  app.setNotFoundHandler((request, reply) => answer(routes, request, reply));
}

function pathPattern(url: string): RegExp {
  const segments = url.split('/').map((segment) => {
    if (segment.startsWith(':')) return '[^/]+';
    return segment === '*' ? '.*' : RegExp.escape(segment);
  });
  return new RegExp(`^${segments.join('/')}$`);
}

function answer(routes: readonly KnownRoute[], { method, url }: FastifyRequest, reply: FastifyReply): void {
  const [path = ''] = url.split('?');
  const allowed = new Set(routes.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods));
  if (allowed.size === 0) {
    sendProblem(reply, problem(404, 'not_found', 'There is nothing at this path; /docs shows what there is.'));
    return;
  }
  const allow = [...allowed].join(', ');
  reply.header('allow', allow);
  sendProblem(reply, problem(405, 'method_not_allowed', `${method} is not possible here; ${allow} is.`));
}
