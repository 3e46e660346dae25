import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { fastifySSE } from '@fastify/sse';
import { type AppError, transient } from '@microshop/chassis/errors';
import { createHttpServer, type HttpServer } from '@microshop/chassis/http/server';
import { createTokenVerifier } from '@microshop/chassis/http/token';
import type { Logger } from '@microshop/chassis/logger';
import { serveMetrics } from '@microshop/chassis/metrics/metrics-route';
import { asAppError } from '@microshop/chassis/mongo/store-errors';
import { readiness } from '@microshop/chassis/readiness';
import type { RunningService } from '@microshop/chassis/service';
import { createStop } from '@microshop/chassis/stop-in-time';
import { ToolFailure } from '@microshop/tools/failure';
import type { ConsoleConfig } from './config.ts';
import { connect } from './connections.ts';
import { measureConsole } from './health/metrics.ts';
import { contractRoutes } from './http/contract-routes.ts';
import { customerRoutes } from './http/customer-routes.ts';
import { demoRoutes } from './http/demo-routes.ts';
import { healthRoutes } from './http/health-routes.ts';
import { letterRoutes } from './http/letter-routes.ts';
import { orderRoutes } from './http/order-routes.ts';
import { proxyServices } from './http/proxy.ts';
import { replayRoutes } from './http/replay-routes.ts';
import { createAccess, useSessions } from './http/session.ts';
import { sessionRoutes } from './http/session-routes.ts';
import { stockRoutes } from './http/stock-routes.ts';
import { topicRoutes } from './http/topic-routes.ts';
import { servePages } from './http/web.ts';
import { createParts, type Parts } from './parts.ts';

const VERSION = '0.1.0';
const BUILT_PAGES = fileURLToPath(new URL('../dist', import.meta.url));

/** The operators' console and the shop's one origin. It reads what the services tell and keep, and changes things only in their own ways. */
export async function startConsole(config: ConsoleConfig, logger: Logger, onFatal: (error: Error) => void): Promise<RunningService> {
  const connections = connect(config, logger, onFatal);
  const parts = createParts(config, logger, connections);
  const checks = () => readiness(connections.db, connections.broker, parts.following.isAssigned());
  const app = await createHttpServer({
    service: { name: 'console', version: VERSION, description: 'What operators see and do, and the services on one origin.' },
    logger,
    operatorToken: config.OPERATOR_TOKEN,
    verifyToken: createTokenVerifier(config),
    maxInFlight: config.MAX_IN_FLIGHT,
    trustedProxies: config.TRUSTED_PROXIES,
    checks,
    asAppError: asProblem,
  });
  measureConsole(parts.metrics, { ...parts, broker: connections.broker, version: VERSION, checks });
  serveMetrics(app, parts.metrics, config.METRICS_TOKEN);
  void app.register(async (scope) => serve(scope as HttpServer, config, parts));
  async function stop(): Promise<void> {
    const inTime = createStop(logger);
    await Promise.all([app.close(), ...parts.running.map((part) => inTime(4000, 'parts', part.stop()))]);
    await connections.close(inTime);
  }
  try {
    await listen(app, config);
  } catch (error) {
    await stop();
    throw error;
  }
  const { address, port } = app.server.address() as AddressInfo;
  return { url: `http://${address}:${port}`, stop };
}

async function serve(app: HttpServer, config: ConsoleConfig, parts: Parts): Promise<void> {
  await app.register(fastifySSE);
  useSessions(app);
  const access = createAccess(app, { isOpen: config.NODE_ENV !== 'production' });
  const { orders, stock, stockChanges: changes, orderWatch, customers, customerPoints, topics, rebuilds } = parts;
  const letters = { ...parts, env: environmentOf(config), access };
  sessionRoutes(app, access, config);
  healthRoutes(app, { ...parts, startRebuild: rebuilds.start, access });
  stockRoutes(app, { stock, changes, lowStock: config.LOW_STOCK, access });
  orderRoutes(app, { orders, orderWatch, customersOf: customers.idsOf, access });
  customerRoutes(app, { customerPoints, access });
  letterRoutes(app, letters);
  replayRoutes(app, letters);
  topicRoutes(app, { topics, access });
  contractRoutes(app);
  demoRoutes(app, { customers, config, access });
  if (config.GRAPHQL_ENABLED) {
    // Loaded only where it is wanted.
    const { graphqlRoute } = await import('./graphql/route.ts');
    await graphqlRoute(app, { orders, stock, customers: customerPoints, lowStock: config.LOW_STOCK, access });
  }
  await proxyServices(app, { urls: parts.urls, isBehindProxies: config.TRUSTED_PROXIES !== undefined });
  await servePages(app, config.CONSOLE_WEB_DIR ?? BUILT_PAGES);
}

/** What the tools read from the environment. */
const environmentOf = ({ EARN_SPEND_PER_POINT: earned }: ConsoleConfig): NodeJS.ProcessEnv =>
  earned === undefined ? {} : { EARN_SPEND_PER_POINT: String(earned) };

/** The tools say in one sentence that what they need is away. */
const asProblem = (error: unknown): AppError | undefined =>
  error instanceof ToolFailure ? transient('database_unavailable', 'The database is away. Try again shortly.', error) : asAppError(error);

async function listen(app: HttpServer, { HOST: host, CONSOLE_PORT: port }: ConsoleConfig): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    throw transient('port_in_use', `Port ${port} is in use: stop what listens there, or set CONSOLE_PORT.`, error);
  }
}
