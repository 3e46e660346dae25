import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findFreePort } from './ports.ts';
import { identify, isAlive } from './processes/identity.ts';
import { type Reaper, startReaper } from './processes/reaper-client.ts';
import { waitForReadyz } from './services.ts';
import { createSupervisor, type SupervisedSpec, type Supervisor } from './supervisor.ts';

let directory: string;
let reaper: Reaper;
let supervisor: Supervisor;
let said: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'microshop-supervisor-'));
  reaper = startReaper(0);
  said = [];
  supervisor = createSupervisor({ reaper, say: (line) => said.push(line) });
});
afterEach(async () => {
  await supervisor.stop();
  await reaper.close();
  await rm(directory, { recursive: true, force: true });
});

async function spec(name: string, stage: number, more: Partial<SupervisedSpec> = {}): Promise<SupervisedSpec> {
  const port = await findFreePort();
  return {
    name,
    command: process.execPath,
    args: [fileURLToPath(new URL('testing/service.fixture.ts', import.meta.url))],
    cwd: directory,
    env: { ...process.env, PORT: String(port) },
    logFile: join(directory, `${name}.log`),
    port,
    stage,
    stopTimeoutMs: 5000,
    waitUntilReady: (signal) => waitForReadyz(name, port, signal, 20_000),
    ...more,
  };
}

/** A service that takes half a second to end, so that one stopped too early would be seen. */
const ENDS_IN_WRITING = `
  const write = (what) => require('node:fs').appendFileSync(process.env.LIVES, process.env.NAME + ' ' + what + '\\n');
  require('node:http').createServer((_, response) => response.end('{}')).listen(process.env.PORT, '127.0.0.1');
  process.on('SIGTERM', () => { write('SIGTERM'); setTimeout(() => { write('ends'); process.exit(0); }, 500); });`;

function pid(name: string): number {
  return supervisor.pidOf(name) ?? Number.NaN;
}

test('a killed process is started again, and a line says so', async () => {
  await supervisor.start(await spec('inventory-svc', 0));
  const first = pid('inventory-svc');
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(said.at(-1)).toMatch(/^inventory-svc is ready again after \d\.\d s$/), 10_000);
  expect(said[0]).toBe('inventory-svc exited (SIGKILL), restarting in 0.3 s');
  expect(pid('inventory-svc')).not.toBe(first);
});

test('a stop ends the later stages first, each process once, however often it is asked for', async () => {
  // Each writes its own two lines, at once: what a watcher in this process saw would come late, and two ends together, when the machine is busy.
  const lives = join(directory, 'lives');
  const specs = await Promise.all(
    ['database', 'broker', 'service'].map(async (name, stage) => {
      const one = await spec(name, stage, { args: ['-e', ENDS_IN_WRITING] });
      return { ...one, env: { ...one.env, NAME: name, LIVES: lives } };
    }),
  );
  await Promise.all(specs.map((one) => supervisor.start(one)));
  await Promise.all([supervisor.stop(), supervisor.stop(), supervisor.stop()]);
  const ends = ['service', 'broker', 'database'].flatMap((name) => [`${name} SIGTERM`, `${name} ends`]);
  expect((await readFile(lives, 'utf8')).trimEnd().split('\n')).toEqual(ends);
  expect(said).toEqual([]);
});

test('a process that ignores SIGTERM is killed when its time is over', async () => {
  const deaf = await spec('deaf', 0, { stopTimeoutMs: 200 });
  await supervisor.start({ ...deaf, env: { ...deaf.env, DEAF: '1' } });
  const process_ = identify(pid('deaf'));
  await supervisor.stop();
  expect(isAlive(process_)).toBe(false);
});

test('a process that cannot start is given up after its attempts, with the last line of its log', async () => {
  const broken = await spec('broken', 0, { args: ['-e', 'console.error("no such setting"); process.exit(3)'] });
  await expect(supervisor.start(broken)).rejects.toThrow(/^broken ended at its start \(code 3\): no such setting \(see /);
  expect(said).toHaveLength(2);
});

test('a service that ends by itself again and again stays down at last, and a line says so', async () => {
  const script = `require('node:http').createServer((_, response) => response.end('{}', () => process.exit(1))).listen(process.env.PORT, '127.0.0.1')`;
  await supervisor.start(await spec('loyalty-svc', 0, { args: ['-e', script], isGivenUp: true }));
  await vi.waitFor(
    () => expect(said.at(-1)).toMatch(/^loyalty-svc exited \(code 1\) by itself for the 5th time .* is NOT started again: see .*\.log, /),
    30_000,
  );
  expect(said.filter((line) => line.includes('restarting in'))).toHaveLength(4);
  expect(supervisor.pidOf('loyalty-svc')).toBeUndefined();
});

test('one that is killed is started again however often', async () => {
  await supervisor.start(await spec('loyalty-svc', 0, { isGivenUp: true }));
  for (let times = 1; times <= 6; times++) {
    process.kill(pid('loyalty-svc'), 'SIGKILL');
    await vi.waitFor(() => expect(said.filter((line) => line.includes('is ready again'))).toHaveLength(times), 15_000);
  }
});

test('a command that does not exist is given up, too', async () => {
  await expect(supervisor.start(await spec('nothing', 0, { command: '/no/such/command' }))).rejects.toThrow('ENOENT');
});

test('a stop during the start leaves nothing behind', async () => {
  const never = await spec('never-ready', 0, { waitUntilReady: (signal) => once(signal, 'abort').then(() => signal.throwIfAborted()) });
  const starting = supervisor.start(never);
  starting.catch(() => {});
  await vi.waitFor(() => expect(supervisor.pidOf('never-ready')).toBeDefined());
  const process_ = identify(pid('never-ready'));
  await supervisor.stop();
  await expect(starting).rejects.toThrow('never-ready was stopped');
  expect(isAlive(process_)).toBe(false);
});

test('nothing is orphaned when the supervisor is killed, not even a process that ignores SIGTERM and its stdin', async () => {
  const script = fileURLToPath(new URL('testing/supervising.fixture.ts', import.meta.url));
  const owner = spawn(process.execPath, [script, join(directory, 'deaf.log'), String(await findFreePort())]);
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  const child = identify(Number(line.toString()));
  expect(isAlive(child)).toBe(true);
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), 10_000);
});

test('a reaper that was killed is replaced and knows what to end', async () => {
  await supervisor.start(await spec('service', 0));
  const first = reaper.pid();
  process.kill(first ?? Number.NaN, 'SIGKILL');
  await vi.waitFor(() => expect(reaper.pid()).not.toBe(first), 5000);
  const child = identify(pid('service'));
  await reaper.close();
  await vi.waitFor(() => expect(isAlive(child)).toBe(false), 5000);
});
