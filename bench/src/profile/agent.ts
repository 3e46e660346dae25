// Loaded before a service's own program: the first SIGUSR2 begins a CPU profile, the second ends it and leaves it in the file that BENCH_PROFILE names.
import { rename, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

const file = process.env.BENCH_PROFILE;
const session = new Session();
let isProfiling = false;

async function begin(): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
}

async function end(): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const unfinished = `${file}.unfinished`;
  await writeFile(unfinished, JSON.stringify(profile));
  // Whoever waits for the file finds all of it.
  await rename(unfinished, `${file}`);
}

process.on('SIGUSR2', () => {
  isProfiling = !isProfiling;
  void (isProfiling ? begin() : end());
});
