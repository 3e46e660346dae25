import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pollUntil } from '@microshop/local/poll';
import type { NodeServer } from '../stack/server-process.ts';
import { type CpuProfile, linesOf, selfTimesOf } from './self-time.ts';

const WRITE_MS = 60_000;

/** How services are started that can be profiled: each writes to a file of its own. */
export const profilable = (directory: string, name: string) => ({
  nodeOptions: ['--import', './bench/src/profile/agent.ts'],
  environment: { BENCH_PROFILE: profileFile(directory, name) },
});

const profileFile = (directory: string, name: string): string => join(directory, `${name}.cpuprofile`);

/** Profiles processes while `work` is done; tells where their time went. The profiles stay in the directory, for a browser's developer tools. */
export async function* profiled(
  servers: readonly NodeServer[],
  directory: string,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): AsyncGenerator<string> {
  await mkdir(directory, { recursive: true });
  await Promise.all(servers.map(({ name }) => rm(profileFile(directory, name), { force: true })));
  const toggle = () => {
    for (const { child } of servers) if (child.pid !== undefined) process.kill(child.pid, 'SIGUSR2');
  };
  toggle();
  await work();
  toggle();
  for (const { name } of servers) {
    const file = profileFile(directory, name);
    const what = `${name} did not write its profile`;
    const text = await pollUntil(() => readFile(file, 'utf8'), { signal, timeoutMs: WRITE_MS, what });
    yield `  ${name}: ${file}`;
    yield* linesOf(selfTimesOf(JSON.parse(text) as CpuProfile));
  }
}
