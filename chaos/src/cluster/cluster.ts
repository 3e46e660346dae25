import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '@microshop/chassis/clock';
import type { ServiceName } from '@microshop/contracts';
import { findFreePort } from '@microshop/local/ports';
import { startReaper } from '@microshop/local/processes/reaper-client';
import { services } from '../run-folder.ts';
import { type Report, variables } from '../service/orders.ts';
import { dataDirectoryName, unmountOrphans } from './disk.ts';
import { createInstance, type Instance } from './instance.ts';
import { startProxy, type TcpProxy } from './proxy.ts';
import { type Servers, startServers } from './servers.ts';

/** Those that always run, of each service; one more is there for a rebalance storm. */
const REGULAR = 2;
const NUMBERS = [1, 2, 3] as const;

export type Cluster = Servers & {
  readonly regular: readonly Instance[];
  readonly spare: readonly Instance[];
  named(name: string): Instance;
  of(service: ServiceName): readonly Instance[];
  startServices(): Promise<void>;
  stopServices(): Promise<void>;
  /** Waits until each of these says that it is ready; true when all did in time. */
  ready(instances: readonly Instance[], signal: AbortSignal): Promise<boolean>;
  readonly crashHitsFile: string;
  close(): Promise<void>;
};

export type ClusterOptions = {
  logDirectory: string;
  crashHitsFile: string;
  environment: Readonly<Record<string, string>>;
  mutant: string | undefined;
  diskMegabytes: { kafka: number; mongod: number };
  signal: AbortSignal;
  report(message: string): void;
  onReport(instance: string, report: Report): void;
};

type Place = { service: ServiceName; number: number; listenerPort: number; proxyPort: number };

const START_MS = 60_000;
const POLL_MS = 200;

/** A broker, a database, and instances of the services with a proxy of their own to each of the two. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { logDirectory, crashHitsFile, environment, mutant, diskMegabytes, signal, report, onReport } = options;
  await unmountOrphans();
  const reaper = startReaper(0);
  const directory = await mkdtemp(join(tmpdir(), dataDirectoryName()));
  reaper.removeAtEnd(directory);
  await mkdir(logDirectory, { recursive: true });
  const places = await Promise.all(services.flatMap((service) => NUMBERS.map((number) => placeOf(service, number))));
  const listeners = places.map(({ service, number, listenerPort, proxyPort }) => ({
    name: `${service.replaceAll('-', '').toUpperCase()}${number}`,
    port: listenerPort,
    advertisedPort: proxyPort,
  }));
  const servers = await startServers({ directory, logDirectory, listeners, diskMegabytes, reaper, signal, report }).catch(async (error) => {
    await reaper.close();
    throw error;
  });

  const proxies: TcpProxy[] = [];
  const proxy = async (serverPort: number, port?: number) => {
    const started = await startProxy(serverPort, port);
    proxies.push(started);
    return started;
  };
  const instances = await Promise.all(
    places.map(async ({ service, number, listenerPort, proxyPort }) =>
      createInstance({
        service,
        number,
        port: await findFreePort(),
        paths: { kafka: await proxy(listenerPort, proxyPort), mongod: await proxy(servers.mongod.port) },
        reaper,
        logDirectory,
        environment: { ...environment, [variables.hitsFile]: crashHitsFile, ...(mutant !== undefined && { [variables.mutant]: mutant }) },
        onReport,
      }),
    ),
  );
  const isSpare = ({ name }: Instance) => name.endsWith(`-${REGULAR + 1}`);
  const regular = instances.filter((instance) => !isSpare(instance));

  const cluster: Cluster = {
    ...servers,
    regular,
    spare: instances.filter(isSpare),
    crashHitsFile,
    named(name) {
      const instance = instances.find((each) => each.name === name);
      if (!instance) throw new Error(`There is no instance ${name}.`);
      return instance;
    },
    of: (service) => regular.filter((instance) => instance.service === service),
    async startServices() {
      for (const instance of regular) instance.start();
      if (!(await cluster.ready(regular, AbortSignal.any([signal, AbortSignal.timeout(START_MS)]))))
        throw new Error(`The services did not become ready within ${START_MS / 1000} s: look into ${logDirectory}.`);
    },
    async stopServices() {
      await Promise.all(instances.map((instance) => instance.stop()));
    },
    async ready(wanted, until) {
      const isReady = await Promise.all(wanted.map((instance) => becomesReady(instance, until)));
      return isReady.every(Boolean);
    },
    async close() {
      await Promise.all(instances.map((instance) => instance.killForGood()));
      await Promise.all(proxies.map((each) => each.close()));
      await Promise.all([servers.kafka.kill(), servers.mongod.kill()]);
      await Promise.all([servers.kafka.disk.unmount(), servers.mongod.disk.unmount()]);
      await reaper.close();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return cluster;
}

const placeOf = async (service: ServiceName, number: number): Promise<Place> => ({
  service,
  number,
  listenerPort: await findFreePort(),
  proxyPort: await findFreePort(),
});

async function becomesReady({ url }: Instance, until: AbortSignal): Promise<boolean> {
  while (!until.aborted) {
    const isReady = await fetch(`${url}/readyz`, { signal: AbortSignal.any([until, AbortSignal.timeout(2000)]) }).then(
      async (response) => {
        await response.arrayBuffer();
        return response.status === 200;
      },
      () => false,
    );
    if (isReady) return true;
    await sleep(POLL_MS, until);
  }
  return false;
}
