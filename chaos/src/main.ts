import { randomInt } from 'node:crypto';
import { Refusal } from '@microshop/local/errors';
import { check, linesOf } from './check/check.ts';
import { kinds } from './faults/kinds.ts';
import { type ChaosOptions, chaosOptions, OptionsError, USAGE } from './options.ts';
import { discard, Interrupted, type RunResult, runChaos } from './run.ts';
import { RunFolderError } from './run-folder.ts';
import { crashPoints } from './service/crash-points.ts';
import { mutants } from './service/mutants.ts';
import { seenLine, summaryOf, tableOf } from './summary.ts';

/** `npm run chaos`: exits 0 when all held, 1 when something did not or too little was seen, 2 when it was asked for what there is not. */
const say = (line: string) => process.stdout.write(`${line}\n`);

function list(): void {
  const lines = (title: string, entries: [name: string, says: string][]) => [
    title,
    ...entries.map(([name, says]) => `  ${name.padEnd(24)}${says}`),
  ];
  const says = (named: Readonly<Record<string, { says: string }>>) =>
    Object.entries(named).map(([name, each]): [string, string] => [name, each.says]);
  for (const line of lines('faults', says(kinds))) say(line);
  say('crash points');
  for (const [point, { services }] of Object.entries(crashPoints)) say(`  ${point} (${services.join(', ')})`);
  for (const line of lines('planted bugs', says(mutants))) say(line);
}

async function run(options: ChaosOptions): Promise<boolean> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const began = performance.now();
  const result = await runChaos(options, say, stopping.signal);
  const hasHeld = tell(result);
  say(`${hasHeld ? 'all held' : 'FAILED'} after ${Math.round((performance.now() - began) / 1000)} s, seed ${options.seed}`);
  if (hasHeld && !options.keep) await discard(result.folder);
  else say(`The run is in ${result.folder}: npm run chaos -- --check ${result.folder}`);
  return hasHeld;
}

function tell({ outcomes, complaints, unrest, report }: RunResult): boolean {
  for (const line of tableOf(summaryOf(outcomes))) say(line);
  say(seenLine(report.counts));
  for (const line of linesOf(report)) say(line);
  const failures = [
    ...outcomes.flatMap(({ planned, error }) => (error === undefined ? [] : [`${planned.class} of ${planned.target} failed: ${error}`])),
    ...unrest.map((what) => `not at rest: ${what}`),
    ...complaints,
  ];
  for (const failure of failures) say(`FAILED ${failure}`);
  return failures.length === 0 && report.isGreen;
}

function checkOld(folder: string): boolean {
  const report = check(folder);
  for (const line of linesOf(report)) say(line);
  return report.isGreen;
}

try {
  const asked = chaosOptions(process.argv.slice(2), () => randomInt(2 ** 31));
  if (asked.do === 'help') say(USAGE);
  else if (asked.do === 'list') list();
  else if (!(await (asked.do === 'check' ? checkOld(asked.folder) : run(asked.options)))) process.exitCode = 1;
} catch (error) {
  if (![OptionsError, RunFolderError, Refusal, Interrupted].some((known) => error instanceof known)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof Interrupted ? 1 : 2;
}
