import { join } from 'node:path';
import { KAFKA_VERSION } from '@microshop/local/toolchain/kafka-jars';
import { createAuditor } from '@microshop/tools/audit/auditor';
import { type Databases, openDatabases, services } from '@microshop/tools/databases';
import type { OwnBench } from './bench.ts';
import { fillDirectly } from './fill/fill-directly.ts';
import { startLoad } from './load/load.ts';
import { audited, soldOnce } from './measure/checks.ts';
import { brokerOperations, databaseOperations, loggedKb, type Operations, storedKb } from './measure/operations.ts';
import { MICROSHOP } from './measure/system.ts';
import type { BenchOptions } from './options.ts';
import { profiled } from './profile/profiler.ts';
import { type Baseline, startBaseline } from './stack/baseline.ts';
import { pidsOf } from './stack/server-process.ts';
import { type Servers, startServers } from './stack/servers.ts';
import { type Shop, startShop } from './stack/shop.ts';

/** `servers`: their versions. */
export type Started<B> = { bench: B; servers: Record<string, string>; close(): Promise<void> };

/** Counting over a large collection takes longer than what a service may wait. */
const SOCKET_TIMEOUT_MS = 600_000;

/** Servers, services and load as processes of its own; all of it ends with this one. */
export async function startOwnBench(
  options: BenchOptions,
  signal: AbortSignal,
  say: (line: string) => void,
  directory: string,
): Promise<Started<OwnBench>> {
  const servers = await startServers(signal, say);
  try {
    const profiles = join(directory, 'profiles');
    const shop = await startShop(servers, signal, options.profiles ? profiles : undefined);
    const load = await startLoad(servers.reaper, join(servers.logDirectory, 'load.log'));
    const databases = await openDatabases(servers, 'bench', SOCKET_TIMEOUT_MS);
    const auditor = await createAuditor({ ...servers, brokers: [servers.kafkaBrokers] });
    let baseline: Promise<Baseline> | undefined;
    const bench: OwnBench = {
      ...{ options, servers, shop, load, databases, auditor, signal, say },
      system: () => ({
        name: MICROSHOP,
        urls: shop.urls('order-svc'),
        pids: {
          ...{ kafka: [servers.pids.kafka], mongod: [servers.pids.mongod] },
          ...Object.fromEntries(services.map((service) => [service, pidsOf(shop.instances(service))])),
        },
        operations: () => operationsOf(servers, shop, databases),
      }),
      ...(options.comparesWithBaseline && {
        baseline() {
          baseline ??= startBaseline(servers, databases.client, signal);
          return baseline;
        },
      }),
      ...(options.profiles && {
        async profile(what, work) {
          say(`profile of ${what}`);
          const profiledServices = services.flatMap((service) => shop.instances(service));
          for await (const line of profiled(profiledServices, profiles, signal, work)) say(line);
        },
      }),
      fill: (assortment) => fillDirectly(databases, assortment),
      async checks(assortment, since) {
        const sold = await soldOnce(databases, assortment);
        return options.skipsAudit ? [sold] : [sold, await audited(auditor, since)];
      },
    };
    const close = async () => {
      await auditor.close();
      await databases.close();
      await servers.close();
    };
    const { version } = await databases.client.db('admin').command({ buildInfo: 1 });
    return { bench, servers: { kafka: KAFKA_VERSION, mongodb: String(version) }, close };
  } catch (error) {
    await servers.close();
    throw error;
  }
}

async function operationsOf(servers: Servers, shop: Shop, databases: Databases): Promise<Operations> {
  const [database, broker, stored, logged] = await Promise.all([
    databaseOperations(databases.client.db('admin')),
    brokerOperations(services.flatMap((service) => shop.urls(service))),
    storedKb(services.map((service) => databases[service].db)),
    loggedKb(servers.directory),
  ]);
  return { ...database, ...broker, 'database KB': stored, 'topics KB': logged };
}
