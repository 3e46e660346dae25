import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const tool = fileURLToPath(new URL('../../tools/src/contracts.ts', import.meta.url));

/** As a process, because the services that are asked for their documents go on running. */
const contracts = (...args: string[]) =>
  promisify(execFile)(process.execPath, [tool, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({ code, stdout, stderr }),
  );

test('no released contract is broken, neither of events nor of HTTP', async () => {
  expect(await contracts('diff')).toEqual({ code: 0, stdout: 'The contracts hold.\n', stderr: '' });
});

test('bad usage is one sentence and exit code 2', async () => {
  const stderr = 'contracts: There is no command frobnicate: give check, diff, docs, sample or release (npm run contracts -- --help).\n';
  expect(await contracts('frobnicate')).toEqual({ code: 2, stdout: '', stderr });
});
