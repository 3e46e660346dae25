import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { ServiceName, Topic } from '@microshop/contracts';
import type { Db } from 'mongodb';
import { type Clock, type NewId, newUuid, sleep, systemClock } from './clock.ts';
import { CHASSIS_COLLECTIONS } from './collections.ts';
import { brokersOf } from './config.ts';
import { createBatchConsumer, type Outcome } from './consumer/batch-consumer.ts';
import type { Subscription } from './consumer/subscription.ts';
import { watchProgress } from './consumer/watchdog.ts';
import { transient } from './errors.ts';
import { serveAsyncApi } from './http/asyncapi.ts';
import type { Checks } from './http/health.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { createTokenVerifier, type TokenSettings } from './http/token.ts';
import { type Consumption, markProgress } from './kafka/broker.ts';
import { createKafkaBroker } from './kafka/kafkajs-broker.ts';
import { remakingTopics } from './kafka/remake-topics.ts';
import { type KafkaSecuritySettings, kafkaSecurityOf } from './kafka/security.ts';
import { type TopicSettings, topicSpecsFor } from './kafka/topic-specs.ts';
import type { Running } from './lifecycle.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics/metrics.ts';
import { createMongoClient, databaseOf } from './mongo/connection.ts';
import { ensureCollections } from './mongo/ensure-collections.ts';
import { createMongoBell, createMongoLeases, createMongoOutbox } from './mongo/mongo-outbox.ts';
import { createMongoStore } from './mongo/mongo-store.ts';
import { queriesInTime } from './mongo/queries-in-time.ts';
import { asAppError } from './mongo/store-errors.ts';
import { createObservability, type Observability, type ObservabilitySettings } from './observability.ts';
import { createLease } from './outbox/lease.ts';
import { createOutboxRelay } from './outbox/outbox-relay.ts';
import type { Ports } from './ports.ts';
import { readiness } from './readiness.ts';
import { createStop } from './stop-in-time.ts';
import { answeringInTime } from './store/answer-in-time.ts';
import { type Collection, type Document, type Store, StoreError } from './store/store.ts';
import { createUnitOfWork, type RunInTransaction } from './store/unit-of-work.ts';
import { untilItWorks } from './until-it-works.ts';

export type ServiceConfig = {
  readonly HOST: string;
  readonly KAFKA_BROKERS: string;
  readonly MONGODB_URL: string;
  readonly MONGODB_TLS_CA_FILE?: string | undefined;
  readonly OPERATOR_TOKEN?: string | undefined;
  readonly MAX_IN_FLIGHT?: number | undefined;
  readonly TRUSTED_PROXIES?: string | undefined;
} & TokenSettings &
  TopicSettings &
  KafkaSecuritySettings &
  ObservabilitySettings;

/** What a service's use cases are built from. */
export type ServiceContext = {
  /** Commits documents and events together; conflicts with others are run again. Fails soon when the database does not answer. */
  transact: RunInTransaction;
  /** For reads that need a query, which fail soon when the database does not answer; writes go through `transact`. */
  db: Db;
  clock: Clock;
  newId: NewId;
  logger: Logger;
  /** For what only the service knows of; the chassis measures its mechanisms itself. */
  metrics: Metrics;
  /** Marks what is on the service's topics now; the answer tells whether its group has handled all of that. */
  markProgress(): Promise<() => Promise<boolean>>;
};

export type ServiceParts = {
  subscriptions: readonly Subscription[];
  routes(app: HttpServer): void | Promise<void>;
  /** Background work, started when the database is prepared. */
  jobs?: readonly (() => Running)[];
};

export type ServiceDefinition = {
  name: ServiceName;
  version: string;
  description: string;
  port: number;
  config: ServiceConfig;
  logger: Logger;
  /** Every topic of the shop; the service takes those that it writes or reads. */
  topics: readonly Topic[];
  collections: readonly Collection<Document>[];
  build(context: ServiceContext): ServiceParts;
} & ServiceOverrides;

/** What a test or an embedding process may replace. */
export type ServiceOverrides = {
  clock?: Clock;
  /** Instead of the end of the process. */
  onFatal?: (error: Error) => void;
  /** How often the watchdog looks at the consumer's progress. */
  watchdogLookMs?: number;
  /** Told what became of each record that was consumed. */
  observe?: (outcomes: readonly Outcome[]) => void;
  /** Stands between the service and its ports, to watch what passes or to make it fail. */
  decorate?: (ports: Ports) => Ports;
};

export type { Ports };

export type RunningService = Running & { readonly url: string };

/** So soon another instance takes over from one that was killed, before the consumer group does (10 s). Each renewal is a write to disk, also of an idle system. */
const LEASE_MS = 6000;
/** As often as the lease is renewed. It finds what a crash has left, or a ring that was missed. */
const OUTBOX_POLL_MS = LEASE_MS / 2;
const STANDBY_MS = LEASE_MS / 6;

/**
 * Runs a service: HTTP at once, messaging as soon as database and broker are there; neither being away ends it. Stops in the order in which
 * nothing is lost: consumers and HTTP, background work, the outbox's relay, the broker, the database.
 */
export async function startService(definition: ServiceDefinition): Promise<RunningService> {
  const { name, config, logger, clock = systemClock, onFatal = exitForRestart(logger), topics, decorate = (ports) => ports } = definition;
  const observability = await createObservability(name, definition.version, config, logger);
  const client = createMongoClient(config.MONGODB_URL, name, config.MONGODB_TLS_CA_FILE);
  observability.watchCommands(client);
  const db = databaseOf(client, name);
  const { store, broker, outbox, leases } = observability.ports(
    decorate({
      store: createMongoStore(client, db),
      broker: createKafkaBroker({ brokers: brokersOf(config), clientId: name, security: kafkaSecurityOf(config), logger, onFatal }),
      outbox: createMongoOutbox(db),
      leases: createMongoLeases(db),
    }),
  );
  const topicSpecs = topicSpecsFor(name, topics, config);
  const bell = createMongoBell(db);
  const relay = createOutboxRelay({
    outbox,
    lease: createLease({ store: leases, name: 'outbox', holder: randomUUID(), ttlMs: LEASE_MS }),
    broker: remakingTopics({ broker, specs: topicSpecs, clock, logger }),
    clock,
    sleep,
    logger,
    pollIntervalMs: OUTBOX_POLL_MS,
    standbyIntervalMs: STANDBY_MS,
    ring: bell.ring,
  });
  const state: State = { prepared: false, consumption: undefined, background: [] };
  const transactOn = (transactions: Store) =>
    observability.transact(
      createUnitOfWork({
        store: onceOpen(transactions, () => state.prepared),
        clock,
        newId: newUuid,
        source: `/microshop/${name}`,
        onCommitting: relay.remember,
        onCommit: relay.wake,
        onAfterCommitError: (err) => logger.error({ err }, 'What was to run after a commit failed; the commit stands.'),
      }),
    );
  const consumed = topics.filter(({ consumers }) => consumers.includes(name)).map((topic) => topic.name);
  const parts = definition.build({
    transact: transactOn(answeringInTime(store)),
    db: queriesInTime(db),
    clock,
    newId: newUuid,
    logger,
    metrics: observability.metrics,
    markProgress: () => markProgress(broker, name, consumed),
  });

  const checks = () => readiness(db, broker, isAssigned(state, parts));
  observability.sample({ db, broker, topics: consumed, checks });
  const app = await listen(definition, parts, checks, observability);
  const stopping = new AbortController();
  const starting = startMessaging().catch((error: unknown) => {
    if (!stopping.signal.aborted) onFatal(error as Error);
  });

  async function startMessaging(): Promise<void> {
    await untilItWorks('database', stopping.signal, logger, async () => {
      // The driver gives a client up whose first connection failed: only this makes it try anew.
      await client.connect();
      await ensureCollections(db, [...CHASSIS_COLLECTIONS, ...definition.collections]);
    });
    state.prepared = true;
    state.background = [bell.listen(relay.hear), ...(parts.jobs ?? []).map((start) => start())];
    await untilItWorks('topics', stopping.signal, logger, () => broker.ensureTopics(topicSpecs));
    // Not before the topics are known to be right: with another partition count it would break the order of their keys.
    relay.start();
    if (parts.subscriptions.length === 0) return;
    const watchdog = watchProgress({
      broker,
      group: name,
      topics: consumed,
      owns: (partition) => state.consumption?.owns(partition) ?? true,
      async canWork() {
        const { mongodb, kafka } = await checks();
        return mongodb?.ok === true && kafka?.ok === true;
      },
      clock,
      logger,
      onFatal,
      lookMs: definition.watchdogLookMs,
    });
    state.background.push(watchdog);
    state.consumption = await broker.consume(
      createBatchConsumer({
        group: name,
        onSign: watchdog.sign,
        subscriptions: observability.subscriptions(parts.subscriptions),
        transact: transactOn(store),
        newId: newUuid,
        sleep,
        logger,
        isTransient: (error) => asAppError(error)?.kind === 'transient',
        observe(outcomes) {
          observability.onOutcomes(outcomes);
          definition.observe?.(outcomes);
        },
      }),
    );
  }

  return {
    url: urlOf(app),
    async stop() {
      stopping.abort();
      const inTime = createStop(logger);
      await inTime(1500, 'start', starting);
      await Promise.all([inTime(3000, 'consumer', state.consumption?.stop()), app.close()]);
      await inTime(1000, 'background work', Promise.all(state.background.map((part) => part.stop())));
      await inTime(1000, 'outbox', relay.stop());
      await inTime(1000, 'broker', broker.stop());
      await inTime(1000, 'database', client.close());
      await inTime(1000, 'traces', observability.stop());
    },
  };
}

const isAssigned = ({ consumption }: State, { subscriptions }: ServiceParts): boolean =>
  subscriptions.length === 0 || consumption?.isAssigned() === true;

type State = { prepared: boolean; consumption: Consumption | undefined; background: Running[] };

/** kafkajs can not mend a consumer that crashed for good; a clean process can. */
const exitForRestart = (logger: Logger) => (error: Error) => {
  logger.fatal({ err: error }, 'The process can not go on and ends, to be started anew.');
  process.exit(1);
};

/** No transaction before validators and indexes are there. */
const onceOpen = (store: Store, isOpen: () => boolean): Store => ({
  async begin() {
    if (!isOpen()) throw new StoreError('unavailable', 'The database is not prepared yet.');
    return store.begin();
  },
});

async function listen(
  definition: ServiceDefinition,
  { routes }: ServiceParts,
  checks: Checks,
  { tracing, serve }: Observability,
): Promise<HttpServer> {
  const { name, version, description, config, port, logger } = definition;
  const app = await createHttpServer({
    service: { name, version, description },
    logger,
    operatorToken: config.OPERATOR_TOKEN,
    verifyToken: createTokenVerifier(config),
    maxInFlight: config.MAX_IN_FLIGHT,
    trustedProxies: config.TRUSTED_PROXIES,
    checks,
    tracing,
    asAppError,
  });
  serve(app);
  serveAsyncApi(app, definition);
  // In a scope of their own, so that a service can wait for its plugins before it adds the routes that need them.
  void app.register(async (scope) => routes(scope as HttpServer));
  try {
    await app.listen({ host: config.HOST, port });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    throw transient('port_in_use', `Port ${port} is in use: stop what listens there, or give ${name} another port.`, error);
  }
  return app;
}

function urlOf(app: HttpServer): string {
  const { address, port } = app.server.address() as AddressInfo;
  return `http://${address}:${port}`;
}
