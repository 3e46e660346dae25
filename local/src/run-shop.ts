// Broker, database, topics, the three services, the demo catalogue; then it supervises until it is told to stop.
import { once } from 'node:events';
import { readyBanner } from './banner.ts';
import { type LocalConfig, loadConfig } from './config.ts';
import { prepareDataDirectory, prepareDirectory } from './data-directory.ts';
import { messageOf, Refusal } from './errors.ts';
import { readShares } from './group-shares.ts';
import { acquireLock, type DataLock } from './lock.ts';
import { type StartOptions, startOptions, USAGE } from './options.ts';
import { checkExternals, checkPorts } from './preflight.ts';
import { startReaper } from './processes/reaper-client.ts';
import { createProgress, type Progress, terminalOptions } from './progress.ts';
import { startStack } from './stack.ts';
import { listenForStopRequests, type StopRequests } from './stop-requests.ts';
import { createSupervisor } from './supervisor.ts';

const LEFTOVER_PATIENCE_MS = 6000;

async function start(options: StartOptions, stopRequests: StopRequests, progress: Progress): Promise<void> {
  const config = loadConfig(process.env, options);
  const lock = await interruptible(lockDirectories(config), stopRequests.signal);
  try {
    await interruptible(checkPorts(config, lock.wasStale ? LEFTOVER_PATIENCE_MS : 0), stopRequests.signal);
    await interruptible(checkExternals(config), stopRequests.signal);
    await run(config, stopRequests, progress);
  } finally {
    await lock.release();
  }
}

async function lockDirectories({ cacheDir, dataDir }: LocalConfig): Promise<DataLock> {
  await prepareDirectory(cacheDir, 'MICROSHOP_CACHE_DIR');
  await prepareDataDirectory(dataDir);
  return acquireLock(dataDir, 'stop it with Ctrl-C where it runs, or set MICROSHOP_DATA_DIR (and ports) for a second one');
}

async function run(config: LocalConfig, stopRequests: StopRequests, progress: Progress): Promise<void> {
  const reaper = startReaper();
  const supervisor = createSupervisor({ reaper, say: (line) => progress.say(line) });
  const failed = new AbortController();
  const signal = AbortSignal.any([stopRequests.signal, failed.signal]);
  try {
    const toolchain = { cacheDir: config.cacheDir, env: process.env, reaper, signal };
    const stack = await interruptible(startStack({ config, supervisor, progress, toolchain }), stopRequests.signal);
    progress.end();
    const shares = await interruptible(readShares(config.instances, stack.kafkaBrokers, signal), stopRequests.signal);
    const seconds = `${(performance.now() / 1000).toFixed(1)} s`;
    console.log(readyBanner({ config, stack, shares, seconds }));
    if (!stopRequests.signal.aborted) await once(stopRequests.signal, 'abort');
  } finally {
    progress.end();
    // After a failed start the last line is the sentence that says why.
    const say = stopRequests.signal.aborted ? console.log : () => {};
    say('Stopping the services, then Kafka, then MongoDB …');
    failed.abort();
    await supervisor.stop();
    await reaper.close();
    say('Stopped.');
  }
}

/** Settles at the latest when the signal fires; what was begun is then ended by the supervisor and the reaper. */
function interruptible<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const interrupted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, interrupted]);
}

const stopRequests = listenForStopRequests();
const progress = createProgress(terminalOptions(process.stdout, process.env));
let exitCode = 0;
try {
  const options = startOptions(process.argv.slice(2));
  if (options === undefined) console.log(USAGE);
  else await start(options, stopRequests, progress);
} catch (error) {
  // An interrupted start is no failure: the user asked for it.
  if (!stopRequests.signal.aborted) {
    exitCode = 1;
    progress.end();
    console.error(error instanceof Refusal ? error.message : `Microshop could not start: ${messageOf(error)}`);
  }
}
const fault = stopRequests.fault();
if (fault !== undefined) {
  exitCode = 1;
  console.error('Microshop stopped because of a fault of its own, please report it:', fault);
}
process.exit(exitCode);
