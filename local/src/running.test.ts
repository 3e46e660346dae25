import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from './config.ts';
import { ALONE } from './options.ts';
import { runningPorts, tellPorts } from './running.ts';

test('the ports of a running cluster are known to who knows its first ones, and only while it runs', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'microshop-running-'));
  onTestFinished(() => rm(dataDir, { recursive: true }));
  const env = { MICROSHOP_DATA_DIR: dataDir, KAFKA_PORT: '9192' };
  const cluster = { kafkaPorts: [9192, 9193, 9194], mongodbPorts: [27_017, 27_018, 27_019] };
  const one = { kafkaPorts: [9192], mongodbPorts: [27_017] };
  expect(runningPorts(loadConfig(env))).toEqual(one);

  await tellPorts(loadConfig(env, { ...ALONE, isCluster: true }));
  expect(runningPorts(loadConfig(env))).toEqual(cluster);
  expect(runningPorts(loadConfig({ ...env, KAFKA_PORT: '9292' }))).toEqual({ ...cluster, kafkaPorts: [9292] });

  await writeFile(join(dataDir, 'running.json'), JSON.stringify({ pid: 2 ** 22 + 1, startTime: '1', ...cluster }));
  expect(runningPorts(loadConfig(env))).toEqual(one);
});
