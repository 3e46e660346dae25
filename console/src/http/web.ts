import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { sendProblem } from '@microshop/chassis/http/error-handler';
import { problem } from '@microshop/chassis/http/problem';
import type { HttpServer } from '@microshop/chassis/http/server';
import type { FastifyReply } from 'fastify';

/** Nothing inline and nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
/** The names of the assets carry a hash of their content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

const NO_PAGE = /^\/(console|api|docs|assets)(\/|$)/;

/** Serves the built pages: the shop under /shop, the console everywhere else. Their paths are their own, so any path is a page. */
export async function servePages(app: HttpServer, directory: string): Promise<void> {
  const isBuilt = existsSync(join(directory, 'index.html'));
  const assets = new Set(isBuilt ? readdirSync(join(directory, 'assets')).map((name) => `/assets/${name}`) : []);
  if (isBuilt) await app.register(fastifyStatic, { root: directory, serve: false, cacheControl: false });

  const send = (reply: FastifyReply, file: string, cacheControl: string) =>
    reply.headers({ 'content-security-policy': PAGE_POLICY, 'cache-control': cacheControl }).sendFile(file);

  app.get('/*', { schema: { hide: true }, logLevel: 'warn' }, async (request, reply) => {
    const [path = '/'] = request.url.split('?');
    if (assets.has(path)) return send(reply, path.slice(1), FOR_EVER);
    if (NO_PAGE.test(path))
      return sendProblem(reply, problem(404, 'not_found', 'There is nothing at this path; /docs shows what there is.'));
    if (!isBuilt)
      return sendProblem(
        reply,
        problem(503, 'not_built', 'The pages are not built: run npm run console:build, then start the console again.'),
      );
    if (path === '/icon.svg' || path === '/favicon.ico') return send(reply, 'icon.svg', 'public, max-age=3600');
    return send(reply, /^\/shop(\/|$)/.test(path) ? 'shop/index.html' : 'index.html', 'no-cache');
  });
}
