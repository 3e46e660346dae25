import type { HttpServer } from './instance.ts';

/** On every answer. Nothing here is a page; /docs replaces the policy with its own, and its assets the cache-control. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  // Orders, customers and tokens' owners are nobody else's; the catalogue says itself what may be kept.
  'cache-control': 'no-store',
} as const;

const ONE_YEAR_S = 31_536_000;

/** Sets the headers before anything is answered, so that refusals and event streams have them, too. HSTS only where the caller came over TLS. */
export function sendSecurityHeaders(app: HttpServer): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (request.protocol === 'https') reply.header('strict-transport-security', `max-age=${ONE_YEAR_S}`);
  });
}
