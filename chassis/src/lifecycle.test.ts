import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createParts } from './lifecycle.ts';
import { createLogger } from './logger.ts';

const fixture = fileURLToPath(new URL('./lifecycle.fixture.ts', import.meta.url));

function run(behaviour = 'well', env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [fixture, behaviour], { env: { ...process.env, ...env }, stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const arrivals = createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line).msg));
  const stderr = text(child.stderr);
  const exit = once(child, 'close').then(async ([code]) => ({ code, lines, stderr: await stderr }));
  const says = async (message: string) => {
    while (!lines.includes(message)) await once(arrivals, 'line');
  };
  return { child, exit, says };
}

describe('a service process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s and exits 0', async (signal) => {
    const { child, exit, says } = run();
    await says('started');
    child.kill(signal);
    expect(await exit).toEqual({ code: 0, lines: ['started', 'stopping', 'stopped'], stderr: '' });
  });

  it('stops once however many signals come', async () => {
    const { child, exit, says } = run('stop-slow');
    await says('started');
    child.kill('SIGINT');
    await says('slow stop');
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGTERM', 'SIGUSR2'] as const) child.kill(signal);
    expect(await exit).toEqual({ code: 0, lines: ['started', 'stopping', 'slow stop', 'stopped'], stderr: '' });
  });

  it.each(['stop-hangs', 'start-hangs'])('exits 1 with a log line when the stop takes too long: %s', async (behaviour) => {
    const { child, exit, says } = run(behaviour);
    await says(behaviour === 'stop-hangs' ? 'started' : 'starting');
    child.kill('SIGTERM');
    const { code, lines } = await exit;
    expect([code, lines.at(-1)]).toEqual([1, 'did not stop in time']);
  });

  it('exits 1 when the stop fails', async () => {
    const { child, exit, says } = run('stop-broken');
    await says('started');
    child.kill('SIGTERM');
    const { code, lines } = await exit;
    expect([code, lines.at(-1)]).toEqual([1, 'did not stop cleanly']);
  });

  it('says in one sentence why it refuses to start, and exits 1', async () => {
    expect(await run('start-refused').exit).toEqual({ code: 1, lines: [], stderr: 'fixture: Port 4001 is taken.\n' });
  });

  it('logs any other failure of the start and exits 1', async () => {
    expect(await run('start-broken').exit).toEqual({ code: 1, lines: ['did not start'], stderr: '' });
  });

  it.each(['throws-later', 'rejects-later'])('dies of an error that nobody caught: %s', async (behaviour) => {
    expect(await run(behaviour).exit).toEqual({ code: 1, lines: ['started', 'uncaught error'], stderr: '' });
  });

  it('stops when its supervisor is gone', async () => {
    const { child, exit, says } = run('well', { MICROSHOP_SUPERVISED: '1' });
    await says('started');
    child.stdin.end();
    expect(await exit).toMatchObject({ code: 0, lines: ['started', 'stopping', 'stopped'] });
  });

  it('does not mind the end of stdin without a supervisor', async () => {
    const { child, exit, says } = run('well', { MICROSHOP_SUPERVISED: '' });
    child.stdin.end();
    await says('started');
    child.kill('SIGTERM');
    expect(await exit).toMatchObject({ code: 0 });
  });
});

describe('parts', () => {
  const logger = createLogger({ name: 'test', level: 'silent' });

  function createTrace() {
    const trace: string[] = [];
    const parts = createParts(logger);
    const add = (name: string, stop: () => Promise<void> = async () => undefined) =>
      parts.add(
        name,
        async () => trace.push(`start ${name}`),
        async () => {
          trace.push(`stop ${name}`);
          await stop();
        },
      );
    return { trace, parts, add };
  }

  it('stop in reverse order, once', async () => {
    const { trace, parts, add } = createTrace();
    await add('mongo');
    await add('kafka');
    await parts.stop();
    await parts.stop();
    expect(trace).toEqual(['start mongo', 'start kafka', 'stop kafka', 'stop mongo']);
  });

  it('stop even when one of them fails to, and say so', async () => {
    const { trace, parts, add } = createTrace();
    await add('mongo');
    await add('kafka', () => Promise.reject(new Error('broken')));
    await expect(parts.stop()).rejects.toThrow('not every part stopped cleanly');
    expect(trace.at(-1)).toBe('stop mongo');
  });

  it('that were started are stopped when a later one fails to start', async () => {
    const { trace, parts, add } = createTrace();
    await add('mongo');
    const failing = parts.add(
      'kafka',
      () => Promise.reject(new Error('away')),
      async () => undefined,
    );
    await expect(failing).rejects.toThrow('away');
    expect(trace).toEqual(['start mongo', 'stop mongo']);
  });

  it('hand over what they started', async () => {
    expect(
      await createParts(logger).add(
        'answer',
        async () => 42,
        async () => undefined,
      ),
    ).toBe(42);
  });
});
