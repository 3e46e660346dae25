import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPO_DIR } from '@microshop/local/paths';
import { findFreePort } from '@microshop/local/ports';
import { launch } from '@microshop/local/processes/child';
import type { OwnBench } from '../bench.ts';
import { significant } from '../measure/statistics.ts';
import { figureOfValues } from './figures.ts';
import type { Scenario } from './scenario.ts';

const PORTS = ['ORDER_SVC_PORT', 'INVENTORY_SVC_PORT', 'LOYALTY_SVC_PORT', 'CONSOLE_PORT', 'KAFKA_PORT', 'MONGODB_PORT'] as const;
const READY = 'Microshop is ready';
const STOP_MS = 30_000;

/** `npm start`, with all that is downloaded and built in its cache: on an empty data directory, and again on that of the time before. */
export const boot: Scenario = {
  title: 'npm start, until Microshop is ready',
  isUsual: true,
  isCold: true,
  on: 'own stack',
  async run(bench) {
    const first: number[] = [];
    const again: number[] = [];
    for (let round = 0; round < bench.options.rounds; round++) {
      const directory = await mkdtemp(join(tmpdir(), 'microshop-bench-boot-'));
      bench.servers.reaper.removeAtEnd(directory);
      first.push(await start(bench, directory));
      again.push(await start(bench, directory));
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
      bench.say(`${first.at(-1)} s, and again ${again.at(-1)} s`);
    }
    const figures = [figureOfValues(first, 'empty data directory', 's'), figureOfValues(again, 'with its data', 's', { atMost: 6 })];
    return { figures, measurements: [], curves: [], checks: [] };
  },
};

async function start({ servers: { reaper, logDirectory } }: OwnBench, directory: string): Promise<number> {
  const ports = await Promise.all(PORTS.map(async (variable) => [variable, String(await findFreePort())] as const));
  const logFile = join(logDirectory, 'npm-start.log');
  const ready = Promise.withResolvers<void>();
  const beganAt = performance.now();
  const child = launch(
    {
      name: 'npm start',
      command: process.execPath,
      args: [join('local', 'src', 'start.ts')],
      cwd: REPO_DIR,
      env: { ...process.env, ...Object.fromEntries(ports), MICROSHOP_DATA_DIR: directory },
      logFile,
      onLine(line) {
        if (line.includes(READY)) ready.resolve();
      },
    },
    reaper,
  );
  const ended = child.exited.then((): never => {
    throw new Error(`npm start ended before it was ready: ${logFile} says why.`);
  });
  ended.catch(() => undefined);
  await Promise.race([ready.promise, ended]);
  const seconds = (performance.now() - beganAt) / 1000;
  await child.stop(STOP_MS);
  return significant(seconds);
}
