// `npm run bench`: exits 0 when every check held, 1 when one did not, 2 when it was asked for what there is not. A missed target is told only.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Refusal } from '@microshop/local/errors';
import { REPO_DIR } from '@microshop/local/paths';
import { type BenchOptions, benchOptions, OptionsError, USAGE } from './options.ts';
import { withFigures } from './report/docs.ts';
import { pageOf } from './report/page.ts';
import { runBench } from './run.ts';
import { scenarios } from './scenarios/scenarios.ts';

const DOCS = join(REPO_DIR, 'docs', 'performance.md');
/** An interrupted run ends with its process; the reaper ends the others. */
const NEVER = new AbortController().signal;
const say = (line: string) => process.stdout.write(`${line}\n`);

function list(): void {
  for (const [name, { title, isUsual }] of Object.entries(scenarios))
    say(`${name.padEnd(16)}${title}${isUsual ? '' : ' (only when named, or with --full)'}`);
}

async function run(options: BenchOptions): Promise<boolean> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const directory = resolve(options.directory ?? join(REPO_DIR, '.microshop', 'bench'));
  const file = join(directory, new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''));
  await mkdir(directory, { recursive: true });
  const hasHeld = await runBench(options, {
    signal: NEVER,
    directory,
    say,
    async keep(result) {
      await writeFile(`${file}.json`, `${JSON.stringify(result, null, 1)}\n`);
      await writeFile(`${file}.html`, pageOf(result));
      if (options.writesDocs) await writeFile(DOCS, withFigures(await readFile(DOCS, 'utf8'), result));
    },
  });
  say(`\n${relative(process.cwd(), file)}.json and .html`);
  return hasHeld;
}

try {
  const asked = benchOptions(process.argv.slice(2), Object.keys(scenarios));
  if (asked.do === 'help') say(USAGE);
  else if (asked.do === 'list') list();
  else if (!(await run(asked.options))) process.exitCode = 1;
} catch (error) {
  if (![OptionsError, Refusal].some((known) => error instanceof known)) throw error;
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 2;
}
