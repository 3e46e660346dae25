import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('./audit.ts', import.meta.url));

/** The command as a process of its own, with nothing to talk to. */
const audit = (...args: string[]) =>
  new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env.PATH, MONGODB_URL: 'mongodb://127.0.0.1:1/', KAFKA_BROKERS: '127.0.0.1:1' };
    execFile(process.execPath, [program, ...args], { env }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });

// A process takes its time to start on a machine that does much else.
describe('npm run audit', { timeout: 60_000 }, () => {
  it('explains itself', async () => {
    expect(await audit('--help')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: npm run audit/), stderr: '' });
  });

  it.each([
    [['--since', 'soon'], /^audit: --since is "soon": .*\.\n$/],
    [['--repair', '--every', '60s'], /^audit: --every and --repair exclude each other: .*\.\n$/],
    [[], /^audit: MongoDB can not be reached .*: start the shop, or set MONGODB_URL\.\n$/],
  ])('%j: says in one sentence what is wrong, and exits with 2', async (args, sentence) => {
    expect(await audit(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
  });
});
