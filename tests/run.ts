import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `npm test`: every suite with everything it needs. Ends with `N passed, N failed` and exits 1 when anything failed or too little was covered. */
type Totals = { passed: number; failed: number };

const runs: { title: string; args: string[] }[] = [
  {
    title: 'unit, integration and end-to-end tests, with coverage',
    args: ['--project', 'unit', '--project', 'contract', '--project', 'int', '--project', 'e2e', '--coverage'],
  },
  { title: 'races and resilience, on processes', args: ['--project', 'race'] },
  { title: 'the console and the storefront, in a browser', args: ['--project', 'browser'] },
];

const programs: { title: string; args: string[] }[] = [
  // About 75 s on two free cores; a campaign (`npm run sim -- --seeds 1000000`) is for the night.
  { title: 'simulation of 20,000 seeds', args: ['sim/src/main.ts', '--seeds', '20000'] },
  // About 200 s. A seed, so that two runs of one commit strike alike.
  { title: 'real faults, every class once', args: ['chaos/src/main.ts', '--seed', '7'] },
];

const directory = await mkdtemp(join(tmpdir(), 'microshop-test-'));
const totals: Totals = { passed: 0, failed: 0 };
let ok = true;

for (const [index, { title, args }] of runs.entries()) {
  process.stdout.write(`\n${title}\n`);
  const report = join(directory, `${index}.json`);
  const code = await run([
    'node_modules/vitest/vitest.mjs',
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  const { passed, failed } = await totalsOf(report);
  totals.passed += passed;
  totals.failed += failed;
  ok &&= code === 0;
}

for (const { title, args } of programs) {
  process.stdout.write(`\n${title}\n`);
  const held = (await run(args)) === 0;
  totals[held ? 'passed' : 'failed'] += 1;
  ok &&= held;
}

await rm(directory, { recursive: true, force: true });
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed\n`);
process.exitCode = ok ? 0 : 1;

function run(args: string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A run that ended before it could report counts as one failure. */
async function totalsOf(report: string): Promise<Totals> {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 1 };
  }
}
