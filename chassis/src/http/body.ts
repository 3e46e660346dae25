import { Type } from 'typebox';
import type { HttpServer } from './instance.ts';

/** The body schema of a request that needs none: absent, `{}` or null, so that clients which always send one are served too. */
export const EmptyBody = Type.Union([Type.Object({}, { additionalProperties: false }), Type.Null()]);

/** Takes JSON bodies only. An empty one is no body, also under `Content-Type: application/json`; a route's schema decides whether it needs one. */
export function parseJsonBodies(app: HttpServer): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parseJson(request, body, done);
  });
}
