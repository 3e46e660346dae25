import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { loadConfig, secretSettings } from '@microshop/chassis/config';
import { deadLetterCollection } from '@microshop/chassis/consumer/dead-letter';
import { deadLetterActionCollection } from '@microshop/chassis/consumer/dead-letter-action';
import { inboxCollection } from '@microshop/chassis/inbox/inbox';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { ConsoleConfig } from '@microshop/console/config';
import { topics } from '@microshop/contracts';
import { InventoryConfig } from '@microshop/inventory-svc/config';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { OrderConfig } from '@microshop/order-svc/config';
import { consumedBy } from '@microshop/tools/backup/groups';
import { generatedManifests } from '@microshop/tools/kubernetes';
import { runningStack } from '@microshop/tools/running-stack';
import { describe, expect, onTestFinished, test } from 'vitest';
import { build } from './kubernetes/build.ts';
import {
  allFiles,
  type Deployment,
  FOLDER,
  kustomizationIn,
  type Labels,
  type Manifest,
  mainOf,
  manifestsIn,
  named,
  OVERLAYS,
  ofKind,
  type PodSpec,
  read,
} from './kubernetes/manifests.ts';
import { faultsOf, matches, type NetworkPolicy, podsOf } from './kubernetes/rules.ts';

const processes = { 'order-svc': OrderConfig, 'inventory-svc': InventoryConfig, 'loyalty-svc': LoyaltyConfig, console: ConsoleConfig };
const names = Object.keys(processes) as (keyof typeof processes)[];
const services = ['order-svc', 'inventory-svc', 'loyalty-svc'] as const;
const built = new Map(OVERLAYS.map((overlay) => [overlay, build(`overlays/${overlay}`)]));
const production = built.get('production') ?? [];

const podOf = (manifests: readonly Manifest[], name: string): PodSpec =>
  named<Deployment>(manifests, 'Deployment', name).spec.template.spec;

test('what follows from the contracts and from the alerts is up to date (npm run kubernetes)', async () => {
  const stale = [...(await generatedManifests())].filter(
    ([path, content]) => readFileSync(join(FOLDER, '../..', path), 'utf8') !== content,
  );
  expect(stale.map(([path]) => path)).toEqual([]);
});

test('each file has a kustomization that takes it', () => {
  const taken = allFiles()
    .filter((path) => basename(path) === 'kustomization.yaml')
    .flatMap((path) => {
      const { resources = [], patches = [] } = kustomizationIn(dirname(path));
      return [path, ...[...resources, ...patches.map((patch) => patch.path)].map((file) => join(dirname(path), file))];
    });
  expect(allFiles().filter((path) => path.endsWith('.yaml') && !taken.includes(path))).toEqual([]);
});

describe.each(OVERLAYS)('the overlay %s', (overlay) => {
  const manifests = built.get(overlay) ?? [];

  test('fits together', () => {
    expect(faultsOf(manifests)).toEqual([]);
  });

  test('holds no secret, and takes none but what an operator makes or the README tells to make', () => {
    expect(ofKind(manifests, 'Secret')).toEqual([]);
    const taken = [...JSON.stringify(manifests).matchAll(/"(?:secretName|(?:\w+SecretRef|credentials)":{"name)":"([^"]+)"/g)].map(
      ([, name]) => name,
    );
    const users = ofKind(manifests, 'KafkaUser').flatMap(({ metadata }) => [metadata.name, `mongodb-${metadata.name}`]);
    const told = [...read('README.md').matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => name);
    expect(taken.filter((name) => ![...users, ...told, 'microshop-cluster-ca-cert'].includes(name ?? ''))).toEqual([]);
    expect(taken).toContain('mongodb-passwords');
  });

  test.each(names)('starts %s with settings that it takes, and with none that it does not know', (name) => {
    const pod = podOf(manifests, name);
    const { env, unmounted } = environmentOf(pod, named(manifests, 'ConfigMap', 'microshop'));
    const known = [...Object.keys(processes[name].properties), ...secretSettings.map((setting) => `${setting}_FILE`)];
    const common = Object.keys(named(manifests, 'ConfigMap', 'microshop').data ?? {});
    expect(unmounted).toEqual([]);
    expect(Object.keys(env).filter((setting) => !known.includes(setting) && !common.includes(setting))).toEqual([]);
    expect(loadConfig(processes[name], env)).toMatchObject({ NODE_ENV: 'production', KAFKA_TLS: true, KAFKA_SASL_USERNAME: name });
  });

  test('knows every common setting in at least one process', () => {
    const known = new Set([
      ...Object.values(processes).flatMap(({ properties }) => Object.keys(properties)),
      ...secretSettings.map((one) => `${one}_FILE`),
    ]);
    expect(Object.keys(named(manifests, 'ConfigMap', 'microshop').data ?? {}).filter((setting) => !known.has(setting))).toEqual([]);
  });

  test.each(names)('sends %s its requests and probes where it listens', (name) => {
    const { ports = [], env = [], startupProbe, readinessProbe, livenessProbe } = mainOf(podOf(manifests, name));
    const [port] = ports;
    const setting = `${name.toUpperCase().replace('-', '_')}_PORT`;
    expect(env).toContainEqual({ name: setting, value: String(port?.containerPort) });
    expect((processes[name].properties as Record<string, { default?: unknown }>)[setting]?.default).toBe(port?.containerPort);
    expect(named<Manifest>(manifests, 'Service', name).spec).toMatchObject({
      ports: [{ port: port?.containerPort, targetPort: port?.name }],
    });
    // Degraded is in service: only a start waits for /readyz.
    expect([startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet)).toEqual([
      { path: '/readyz', port: port?.name },
      { path: '/livez', port: port?.name },
      { path: '/livez', port: port?.name },
    ]);
  });

  test('runs the version of the packages', () => {
    const { version } = JSON.parse(readFileSync(join(FOLDER, '../../package.json'), 'utf8')) as { version: string };
    expect(kustomizationIn(`overlays/${overlay}`).images?.map(({ name, newTag }) => [name, newTag])).toEqual(
      names.map((name) => [`microshop/${name}`, version]),
    );
  });
});

/** The variables of a pod as its process sees them, with a file for each secret; and the files that no volume brings. */
function environmentOf({ volumes = [], ...pod }: PodSpec, { data = {} }: Manifest) {
  const { env = [], volumeMounts = [] } = mainOf({ volumes, ...pod });
  const folder = mkdtempSync(join(tmpdir(), 'microshop-kubernetes-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const mounted = new Map(
    volumeMounts.flatMap(({ name, mountPath }) => {
      const secret = volumes.find((volume) => volume.name === name)?.secret;
      return secret ? [[mountPath, secret.items?.map(({ path }) => path)] as const] : [];
    }),
  );
  const unmounted: string[] = [];
  const values = Object.entries({ ...data, ...Object.fromEntries(env.map(({ name, value = '' }) => [name, value])) }).map(
    ([name, value]) => {
      if (!name.endsWith('_FILE')) return [name, value];
      const files = mounted.get(dirname(value));
      if (!mounted.has(dirname(value)) || (files && !files.includes(basename(value)))) unmounted.push(value);
      const file = join(folder, name);
      writeFileSync(file, name.startsWith('MONGODB') ? 'mongodb://a:b@c:27017/admin' : 'a-secret-of-the-test-with-40-characters-');
      return [name, file];
    },
  );
  return { env: Object.fromEntries(values) as Record<string, string>, unmounted };
}

describe('production', () => {
  test.each(['backup', 'restore'])('starts the %s with settings that it takes', (name) => {
    const [spec] = podsOf(production).flatMap(([owner, pod]) => (owner === `CronJob ${name}` ? [pod.spec] : []));
    if (!spec) throw new Error(`There is no ${name}.`);
    const { env, unmounted } = environmentOf(spec, named(production, 'ConfigMap', 'microshop'));
    expect(unmounted.filter((path) => !path.startsWith('/run/secrets/tokens/'))).toEqual([]);
    expect(runningStack(env)).toMatchObject({ brokers: ['microshop-kafka-bootstrap:9093'], security: { sasl: { username: name } } });
    expect(mainOf(spec).args).toEqual([expect.stringContaining(`node ../tools/src/${name}.ts `)]);
  });

  test('scales each service by its lag on every topic that it reads, up to one instance for each partition', () => {
    for (const service of services) {
      const { spec } = named<Manifest & { spec: ScaledObject }>(production, 'ScaledObject', service);
      const byLag = spec.triggers.filter(({ type }) => type === 'kafka');
      expect(byLag.map(({ metadata }) => metadata.topic).sort()).toEqual(consumedBy(service).sort());
      expect(new Set(byLag.map(({ metadata }) => metadata.consumerGroup))).toEqual(new Set([service]));
      expect([spec.minReplicaCount, spec.maxReplicaCount]).toEqual([2, Math.max(...topics.map(({ partitions }) => partitions))]);
    }
  });

  test('lets callers reach the console alone, the console the services, and no service another', () => {
    const policies = ofKind<NetworkPolicy>(production, 'NetworkPolicy');
    const labelsOf = (name: string) => named<Deployment>(production, 'Deployment', name).spec.template.metadata.labels;
    const mayReach = (from: string, to: string) =>
      allows(policies, 'egress', labelsOf(from), labelsOf(to)) && allows(policies, 'ingress', labelsOf(to), labelsOf(from));
    const pairs = names.flatMap((from) => names.filter((to) => to !== from && mayReach(from, to)).map((to) => `${from} -> ${to}`));
    expect(pairs).toEqual(services.map((service) => `console -> ${service}`));
    expect(named<NetworkPolicy>(production, 'NetworkPolicy', 'default-deny').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });
});

type ScaledObject = { minReplicaCount: number; maxReplicaCount: number; triggers: { type: string; metadata: Record<string, string> }[] };

/** Whether some policy of the pod `own` lets it talk, in this direction, with the pod `other` on the port that is named http. */
const allows = (policies: readonly NetworkPolicy[], direction: 'ingress' | 'egress', own: Labels, other: Labels): boolean =>
  policies
    .filter(({ spec }) => matches(spec.podSelector.matchLabels ?? {}, own))
    .flatMap(({ spec }) =>
      direction === 'ingress'
        ? (spec.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }))
        : (spec.egress ?? []).map(({ to, ports }) => ({ peers: to, ports })),
    )
    .some(
      ({ peers, ports }) =>
        (ports === undefined || ports.some(({ port }) => port === 'http')) &&
        (peers === undefined ||
          peers.some(({ podSelector }) => podSelector !== undefined && matches(podSelector.matchLabels ?? {}, other))),
    );

describe('the users of MongoDB', () => {
  type Role = { name: string; db: string };
  type MongoDb = {
    users: { name: string; roles: Role[]; connectionStringSecretName: string }[];
    security: { roles: { privileges: { resource: { db: string; collection: string } }[] }[] };
  };
  const { spec } = named<Manifest & { spec: MongoDb }>(production, 'MongoDBCommunity', 'microshop-mongodb');

  test.each(services)('%s has its own database and no other', (service) => {
    const db = service.replace('-', '_');
    expect(spec.users.find(({ name }) => name === service)?.roles).toEqual([
      { name: 'readWrite', db },
      { name: 'dbAdmin', db },
    ]);
  });

  test('each process reads the connection string of its own user', () => {
    const secretOf = (name: string) => podOf(production, name).volumes?.find((volume) => volume.name === 'mongodb')?.secret?.secretName;
    for (const name of names) expect(secretOf(name)).toBe(spec.users.find((user) => user.name === name)?.connectionStringSecretName);
  });

  test('the console changes what a dead letter is made of, and nothing else of the services', () => {
    const [{ privileges }] = spec.security.roles as [MongoDb['security']['roles'][number]];
    const collections = [deadLetterCollection, deadLetterActionCollection, outboxCollection, inboxCollection].map(({ name }) => name);
    expect(privileges.map(({ resource }) => resource)).toEqual(
      services.flatMap((service) => collections.map((collection) => ({ db: service.replace('-', '_'), collection }))),
    );
  });
});

test('the settings of both overlays are those of one shop', () => {
  const commonOf = (path: string) => manifestsIn(path).find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
  const [local, ours] = ['overlays/local/settings.yaml', 'overlays/production/settings.yaml'].map(commonOf);
  expect(Object.keys({ ...local, ...ours }).filter((setting) => setting in commonOf('base/settings.yaml'))).toEqual([]);
});
