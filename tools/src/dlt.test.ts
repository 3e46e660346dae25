import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./dlt.ts', import.meta.url));

/** The command as a process of its own, with nothing to talk to. */
const dlt = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, MONGODB_URL: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100' };
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

// A process takes its time to start on a machine that does much else.
describe('npm run dlt', { timeout: 60_000 }, () => {
  it('explains itself', async () => {
    expect(await dlt('--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: npm run dlt -- COMMAND/), stderr: '' });
  });

  it.each([
    [['list', '--topic', 'nothing'], /^dlt: --topic is "nothing": .*\.\n$/],
    [['list', '--since', 'soon'], /^dlt: --since is "soon": .*\.\n$/],
    [['replay'], /^dlt: replay needs the id of a letter.*\.\n$/],
    [['list'], /^dlt: MongoDB can not be reached .*: start the shop, or set MONGODB_URL\.\n$/],
  ])('%j: says in one sentence what is wrong, and exits with 2', async (args, sentence) => {
    expect(await dlt(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});
