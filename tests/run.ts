// `npm test`: every suite with everything it needs. Ends with what failed and `N passed, N failed`, and exits 1 when anything failed or too little was covered.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

type Report = {
  numPassedTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[];
  }[];
};
type Totals = { passed: number; failures: string[] };

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
const totals: Totals = { passed: 0, failures: [] };

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
  const { passed, failures } = await totalsOf(report, title);
  totals.passed += passed;
  totals.failures.push(...failures);
  if (code !== 0 && failures.length === 0) totals.failures.push(`${title}: vitest exited with code ${code}`);
}

for (const { title, args } of programs) {
  process.stdout.write(`\n${title}\n`);
  const held = (await run(args)) === 0;
  if (held) totals.passed += 1;
  else totals.failures.push(title);
}

await rm(directory, { recursive: true, force: true });
// Last, because whoever reads the log of a long run sees its end first.
for (const failure of totals.failures) process.stdout.write(`\nfailed: ${failure}\n`);
process.stdout.write(`\n${totals.passed} passed, ${totals.failures.length} failed\n`);
process.exitCode = totals.failures.length === 0 ? 0 : 1;

function run(args: string[]): Promise<number> {
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** A run that ended before it could report, or a file that could not be loaded, counts as one failure. */
async function totalsOf(report: string, title: string): Promise<Totals> {
  try {
    const { numPassedTests, testResults }: Report = JSON.parse(await readFile(report, 'utf8'));
    return { passed: numPassedTests, failures: testResults.flatMap(failuresOf) };
  } catch {
    return { passed: 0, failures: [title] };
  }
}

function failuresOf({ name, status, message, assertionResults }: Report['testResults'][number]): string[] {
  const file = relative(process.cwd(), name);
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return status === 'failed' ? [`${file}\n${message}`] : [];
  return failed.map((test) => `${file} > ${test.fullName}\n${test.failureMessages.join('\n')}`);
}
