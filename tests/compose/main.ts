// `npm run test:compose`: shows what docker-compose.yml promises, on a Docker engine. See --help.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askEngine } from './engine.ts';
import { type ComposeOptions, composeOptions, USAGE } from './options.ts';
import { buildImages, createProject, IMAGE_TAG, type Project, removeImages } from './project.ts';
import { type Stage, stagesOfCluster, stagesOfOne } from './stages.ts';
import { type Result, summaryOf } from './summary.ts';

const began = performance.now();
const secondsSince = (since: number) => Math.round((performance.now() - since) / 1000);
const say = (line: string) => process.stdout.write(`${line}\n`);
const tell = (line: string) => say(`${`${secondsSince(began)} s`.padStart(6)}  ${line}`);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort(new Error(`It was stopped (${signal}).`)));

// Not only the exit code: what a stopped stage still does keeps no process alive.
process.exit(await main());

async function main(): Promise<number> {
  const options = optionsOrSay();
  if (typeof options === 'number') return options;
  const engine = await askEngine(tell);
  if (!engine.usable) {
    say(`test:compose: ${options.isOptional ? 'left out' : 'can not be tried'}: ${engine.missing}. To have it, ${engine.remedy}.`);
    return options.isOptional ? 0 : 2;
  }
  say(`test:compose: in containers${options.extent === 'all' ? '' : `, ${options.extent} only`} (${engine.what})`);
  const results = await runAll(options);
  for (const line of summaryOf(results)) say(line);
  const verdict = stopping.signal.aborted ? 'stopped' : hasHeld(results) ? 'all held' : 'FAILED';
  say(`test:compose: ${verdict}, in ${secondsSince(began)} s`);
  return hasHeld(results) ? 0 : 1;
}

function optionsOrSay(): ComposeOptions | number {
  try {
    const options = composeOptions(process.argv.slice(2));
    if (options) return options;
    say(USAGE);
    return 0;
  } catch (error) {
    process.stderr.write(`test:compose: ${(error as Error).message.split('\n')[0]} See npm run test:compose -- --help.\n`);
    return 2;
  }
}

async function runAll({ extent, keep }: ComposeOptions): Promise<Result[]> {
  const directory = mkdtempSync(join(tmpdir(), 'microshop-compose-'));
  const project = (kind: string, ...files: string[]) =>
    createProject(`microshop-${kind}-${process.pid}`, files, mkdtempSync(join(directory, kind)), stopping.signal);
  const results: Result[] = [];
  await runStages([{ name: 'build the images', run: () => buildImages(join(directory, 'build.log'), stopping.signal) }], results);
  if (extent !== 'cluster') {
    const one = await project('test', 'docker-compose.yml');
    await runProject(one, stagesOfOne(one, extent === 'short'), results, keep);
  }
  if (extent !== 'short') {
    const cluster = await project('test-cluster', 'docker-compose.yml', 'docker-compose.cluster.yml');
    await runProject(cluster, stagesOfCluster(cluster), results, keep);
  }
  if (keep) say(`The containers, the images (${IMAGE_TAG}) and the logs are kept.`);
  else await removeImages();
  if (!keep && (hasHeld(results) || stopping.signal.aborted)) rmSync(directory, { recursive: true });
  else say(`What was said is in ${directory}.`);
  return results;
}

/** In the end nothing of the project is left. */
async function runProject(project: Project, stages: readonly Stage[], results: Result[], keep: boolean): Promise<void> {
  try {
    await runStages(stages, results, () => project.compose('logs', '--no-color', '--tail', '500'));
  } finally {
    if (!keep) {
      tell('down, with its volumes …');
      await project.end('--volumes', '--remove-orphans').catch((error: Error) => tell(`Not all could be removed: ${error.message}`));
    }
  }
}

/** One after the other; after one that failed the others are not run. */
async function runStages(stages: readonly Stage[], results: Result[], keepLogs?: () => Promise<unknown>): Promise<void> {
  for (const stage of stages) {
    const isOver = stopping.signal.aborted || !hasHeld(results);
    const result: Result = isOver ? { stage: stage.name, seconds: 0, seen: '', outcome: 'not run' } : await runStage(stage);
    results.push(result);
    if (result.outcome === 'FAILED') await keepLogs?.().catch(() => undefined);
  }
}

function hasHeld(results: readonly Result[]): boolean {
  return results.every(({ outcome }) => outcome === 'held');
}

async function runStage({ name, run }: Stage): Promise<Result> {
  const since = performance.now();
  const result = (outcome: Result['outcome'], seen: string): Result => ({ stage: name, seconds: secondsSince(since), seen, outcome });
  tell(`${name} …`);
  try {
    const seen = await untilStopped(run());
    tell(`${name}: ${seen}`);
    return result('held', seen);
  } catch (error) {
    const { message } = error as Error;
    const outcome = stopping.signal.aborted ? 'stopped' : 'FAILED';
    tell(`${name}: ${outcome}\n${message}`);
    return result(outcome, message);
  }
}

/** What a stage does after Ctrl-C is nobody's any more. */
function untilStopped<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(stopping.signal.reason);
  stopping.signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, promise]).finally(() => stopping.signal.removeEventListener('abort', abort));
}
