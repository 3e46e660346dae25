import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '@microshop/chassis/clock';
import { type Report as CheckReport, check } from './check/check.ts';
import { type Cluster, startCluster } from './cluster/cluster.ts';
import { serviceOf } from './cluster/instance.ts';
import type { PlannedFault } from './faults/fault.ts';
import { kinds } from './faults/kinds.ts';
import { metaOf, rulesOfTheShop } from './meta.ts';
import type { ChaosOptions } from './options.ts';
import { createProgress, type Say } from './progress.ts';
import { quiesce } from './quiesce.ts';
import { record } from './record/record.ts';
import { replayEverything } from './replay/replay-everything.ts';
import { createRunFolder, type RunFolder } from './run-folder/writer.ts';
import { type FaultOutcome, runSchedule } from './schedule/run-schedule.ts';
import { missedOf, planSchedule } from './schedule/schedule.ts';
import type { CrashHit, Report } from './service/orders.ts';
import { summaryOf } from './summary.ts';
import { startWorkload } from './workload/workload.ts';

const OPERATOR_TOKEN = 'chaos-operators';
const REST_WITHIN_MS = 90_000;
/** How often what never took effect is struck once more. */
const ROUNDS_AGAIN = 2;
/** What the chassis logs of one. */
const UNCAUGHT = '"uncaught error"';

export type RunResult = {
  folder: string;
  outcomes: FaultOutcome[];
  /** What should not have happened and no reader of the folder can see. */
  complaints: string[];
  /** What was not at rest when it should have been. */
  unrest: string[];
  report: CheckReport;
};

/** Somebody stopped the run before it could say anything. */
export class Interrupted extends Error {}

/** One run from the first process to the verdicts; what it saw is in its folder. */
export async function runChaos(options: ChaosOptions, say: Say, signal: AbortSignal): Promise<RunResult> {
  const { step, fault } = createProgress(say);
  const folder = await mkdtemp(join(tmpdir(), `microshop-chaos-run-${options.seed}-`));
  const schedule = planSchedule(options);
  const runFolder = createRunFolder(folder, metaOf(options, schedule));
  const files = { logDirectory: join(folder, 'logs'), crashHitsFile: join(folder, 'crash-hits.jsonl') };
  await writeFile(files.crashHitsFile, '');
  const heard = listenTo(runFolder);
  step(`seed ${options.seed}, ${schedule.length} faults, ${folder}`);
  const cluster = await startCluster({
    ...files,
    mutant: options.mutant,
    environment: { OPERATOR_TOKEN, ...rulesOfTheShop },
    diskMegabytes: options.minutes === undefined ? { kafka: 512, mongod: 1024 } : { kafka: 4096, mongod: 4096 },
    signal,
    report: step,
    onReport: heard.onReport,
  });

  try {
    await cluster.startServices();
    const workload = await startWorkload({ urls: urlsOf(cluster), operatorToken: OPERATOR_TOKEN, seed: options.seed, folder: runFolder });
    step('the shop is open');
    const complaints: string[] = [];
    const play = (faults: readonly PlannedFault[]) =>
      runSchedule({
        seed: options.seed,
        schedule: faults,
        kinds,
        folder: runFolder,
        field: {
          cluster,
          signal,
          logDirectory: files.logDirectory,
          pause: (ms) => sleep(ms, signal),
          crashHits: () => readHits(files.crashHitsFile),
          clockShift: heard.clockShift,
          complain: (text) => complaints.push(text),
        },
        recovery: workload.canary,
        onOutcome: fault,
      });
    const outcomes = await play(schedule);
    for (let round = 0; round < ROUNDS_AGAIN && !signal.aborted; round++)
      outcomes.push(...(await play(missedOf(outcomes, outcomes.length + 1))));
    signal.throwIfAborted();
    step('all is healed; the clients finish');
    await workload.stop();
    step('coming to rest');
    const unrest = await quiesce({ mongodbUrl: cluster.mongodbUrl, brokers: cluster.brokers, timeoutMs: REST_WITHIN_MS, signal });
    complaints.push(...(await uncaughtErrors(cluster, files.logDirectory)));
    const summary = { classes: summaryOf(outcomes), complaints, unrest, calls: workload.counts() };
    await writeFile(join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
    await complete(runFolder, cluster, step);
    step('checking');
    return { folder, outcomes, complaints, unrest, report: check(folder) };
  } catch (error) {
    if (signal.aborted) await discard(folder);
    throw signal.aborted ? new Interrupted('Stopped; nothing was checked.', { cause: error }) : error;
  } finally {
    await cluster.close();
  }
}

/** What the service processes say of themselves. */
function listenTo(folder: Pick<RunFolder, 'observed'>) {
  const clockShifts = new Map<string, number>();
  return {
    clockShift: (instance: string) => clockShifts.get(instance) ?? 0,
    onReport(instance: string, report: Report): void {
      if (report.report === 'clock shifted') clockShifts.set(instance, report.ms);
      else for (const [result, count] of Object.entries(report.counts)) folder.observed(serviceOf(instance), result, count);
    },
  };
}

const urlsOf = ({ of }: Cluster) => {
  const urls = (service: Parameters<Cluster['of']>[0]) => of(service).map(({ url }) => url);
  return { order: urls('order-svc'), inventory: urls('inventory-svc'), loyalty: urls('loyalty-svc') };
};

async function readHits(file: string): Promise<CrashHit[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as CrashHit);
}

/** A process may end itself to be started anew, but never of an error that nobody caught. */
async function uncaughtErrors(cluster: Cluster, logDirectory: string): Promise<string[]> {
  const found = await Promise.all(
    cluster.regular.map(async ({ name }) => {
      const file = join(logDirectory, `${name}.log`);
      return (await readFile(file, 'utf8')).includes(UNCAUGHT) ? [`${name} ended of an error that nobody caught: ${file} says which.`] : [];
    }),
  );
  return found.flat();
}

/** The folder becomes whole: what is in the databases and on the topics, before and after everything was replayed. */
async function complete(runFolder: RunFolder, cluster: Cluster, step: (text: string) => void): Promise<void> {
  const { folder } = runFolder;
  const stack = { mongodbUrl: cluster.mongodbUrl, brokers: cluster.brokers };
  await runFolder.close();
  step('recording');
  await record({ ...stack, folder });
  step('replaying everything');
  await replayEverything({ ...stack, folder, startServices: cluster.startServices, stopServices: cluster.stopServices });
}

/** A run that held is worth its figures only. */
export async function discard(folder: string): Promise<void> {
  if (existsSync(folder)) await rm(folder, { recursive: true, force: true });
}
