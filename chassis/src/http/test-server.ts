import type { DestinationStream } from 'pino';
import { createLogger } from '../logger.ts';
import type { HttpServer } from './instance.ts';
import { createHttpServer, type HttpServerOptions } from './server.ts';

export type LogLines = DestinationStream & { lines: Record<string, unknown>[] };

/** Keeps log lines for a test to look at. */
export function captureLog(): LogLines {
  const lines: Record<string, unknown>[] = [];
  return { lines, write: (line) => lines.push(JSON.parse(line)) };
}

/** A server for tests with no dependencies; its log lines are beside it. */
export async function createTestServer(options: Partial<HttpServerOptions> = {}): Promise<{ app: HttpServer; log: LogLines }> {
  const log = captureLog();
  const app = await createHttpServer({
    service: { name: 'demo-svc', version: '1.2.3', description: 'A demonstration' },
    logger: createLogger({ name: 'demo-svc', level: 'info' }, log),
    checks: async () => ({ mongodb: { ok: true } }),
    ...options,
  });
  return { app, log };
}
