// `npm start` as a user runs it, in a copy of the repository whose services are stand-ins.
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { cacheDirectory, REPO_DIR } from './paths.ts';
import { findFreePorts } from './ports.ts';
import { descendants } from './processes/descendants.ts';
import { identify, isAlive, type ProcessIdentity } from './processes/identity.ts';
import { exists } from './toolchain/toolchain.ts';

let repo: string;
let env: NodeJS.ProcessEnv;
const runs: ChildProcess[] = [];

beforeAll(async () => {
  repo = await mkdtemp(join(tmpdir(), 'microshop-start-'));
  const skip = (source: string) => !source.includes('.test.ts');
  await cp(join(REPO_DIR, 'local'), join(repo, 'local'), { recursive: true, filter: skip });
  await symlink(join(REPO_DIR, 'node_modules'), join(repo, 'node_modules'));
  for (const service of ['order-svc', 'inventory-svc', 'loyalty-svc', 'console']) {
    await mkdir(join(repo, service, 'src'), { recursive: true });
    await cp(join(REPO_DIR, 'local/src/testing/service.fixture.ts'), join(repo, service, 'src/main.ts'));
  }
  const ports = ['ORDER_SVC_PORT', 'INVENTORY_SVC_PORT', 'LOYALTY_SVC_PORT', 'CONSOLE_PORT', 'KAFKA_PORT', 'MONGODB_PORT'];
  // A cluster takes three in a row.
  const chosen = await Promise.all(ports.map(async (name) => [name, String((await findFreePorts(3))[0])]));
  env = { ...process.env, MICROSHOP_CACHE_DIR: cacheDirectory(process.env), ...Object.fromEntries(chosen), npm_lifecycle_event: undefined };
  for (const name of ['MICROSHOP_DATA_DIR', 'KAFKA_BROKERS', 'MONGODB_URL', 'OPERATOR_TOKEN']) delete env[name];
});
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.kill('SIGKILL');
    await vi.waitFor(() => expect(run.exitCode ?? run.signalCode).not.toBeNull());
  }
  await vi.waitFor(() => expect(known.filter(isAlive)).toEqual([]), 15_000);
});
afterAll(() => rm(repo, { recursive: true, force: true }));

/** Every process seen below a run; none may outlive it. */
const known: ProcessIdentity[] = [];

function command(script: string, more: NodeJS.ProcessEnv = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [`local/src/${script}.ts`, ...args], { cwd: repo, env: { ...env, ...more }, detached: true });
  runs.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const pid = child.pid ?? Number.NaN;
  return {
    pid,
    output: () => output,
    says: (text: string) => vi.waitFor(() => expect(output).toContain(text), 60_000),
    ended: () => vi.waitFor(() => expect(child.exitCode ?? child.signalCode).not.toBeNull(), 30_000).then(() => child.exitCode),
    /** As a terminal does it: to the whole process group. */
    ctrlC: () => process.kill(-pid, 'SIGINT'),
    remember() {
      const below = descendants(pid);
      known.push(...below.map((one) => identify(one.pid)));
      return below.map((one) => one.command);
    },
  };
}

test('everything comes up below npm start and shows what it is; what dies comes back; Ctrl-C, thrice, ends all in order', async () => {
  const start = command('start');
  await start.says('Microshop is ready');
  await start.says('Ctrl-C stops everything');
  const commands = start.remember();
  for (const part of ['order-svc/src/main.ts', 'inventory-svc/src/main.ts', 'loyalty-svc/src/main.ts', 'kafka.Kafka', 'mongod --dbpath']) {
    expect(commands.filter((one) => one.includes(part))).toHaveLength(1);
  }
  const token = await readFile(join(repo, '.microshop/data/operator-token'), 'utf8');
  expect(start.output()).toContain(`operator token  ${token.trim()}`);
  expect(start.output()).not.toContain('\u001b');

  const victim = descendants(start.pid).find((one) => one.command.includes('loyalty-svc'));
  process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');
  await start.says('loyalty-svc exited (SIGKILL), restarting in 0.3 s');
  await start.says('loyalty-svc is ready again');
  start.remember();

  for (const script of ['start', 'reset']) {
    const second = command(script);
    expect(await second.ended()).toBe(1);
    expect(second.output()).toMatch(new RegExp(`in use by a running Microshop \\(pid ${start.pid}\\)`));
  }

  for (let i = 0; i < 3; i++) start.ctrlC();
  expect(await start.ended()).toBe(0);
  expect(start.output().match(/Stopping the services, then Kafka, then MongoDB/g)).toHaveLength(1);
  for (const service of ['order-svc', 'inventory-svc']) {
    expect(await readFile(join(repo, `.microshop/data/logs/${service}.log`), 'utf8')).toBe('SIGTERM\n');
  }
  expect(known.some(isAlive)).toBe(false);
  expect(await exists(join(repo, '.microshop/data/stack.lock'))).toBe(false);
}, 120_000);

test('--cluster and --scale start three of each server and the instances asked for; a killed one comes back', async () => {
  const start = command('start', {}, ['--cluster', '--scale', 'order-svc=2']);
  await start.says('Microshop is ready');
  const commands = start.remember();
  const running = (part: string) => commands.filter((one) => one.includes(part)).length;
  expect([running('kafka.Kafka'), running('mongod --dbpath')]).toEqual([3, 3]);
  expect([running('order-svc/src/main.ts'), running('inventory-svc/src/main.ts')]).toEqual([2, 1]);
  expect(start.output()).toMatch(/^ {2}order-svc-2 +http/m);

  for (const part of ['kafka-2/kafka.properties', 'mongod-2/mongod']) {
    const victim = descendants(start.pid).find((one) => one.command.includes(part));
    process.kill(victim?.pid ?? Number.NaN, 'SIGKILL');
  }
  await start.says('kafka-2 is ready again');
  await start.says('mongod-2 is ready again');
  start.remember();
  start.ctrlC();
  expect(await start.ended()).toBe(0);
}, 120_000);

test('an interrupted start leaves nothing behind', async () => {
  const start = command('start');
  await vi.waitFor(() => expect(start.remember().join()).toContain('kafka.Kafka'), { timeout: 30_000, interval: 5 });
  start.ctrlC();
  expect(await start.ended()).toBe(0);
  expect(known.some(isAlive)).toBe(false);
  expect(start.output()).not.toContain('Microshop is ready');
}, 60_000);

test('a killed start leaves nothing behind, and the next one takes its data over', async () => {
  const killed = command('start');
  await killed.says('Microshop is ready');
  killed.remember();
  process.kill(killed.pid, 'SIGKILL');
  const next = command('start');
  await next.says('Microshop is ready');
  next.remember();
  next.ctrlC();
  expect(await next.ended()).toBe(0);
}, 120_000);

test('the doctor names what blocks a start, and a reset empties the data', async () => {
  const doctor = command('doctor', { KAFKA_PORT: 'x' });
  expect(await doctor.ended()).toBe(1);
  expect(doctor.output()).toContain('BLOCKED settings        KAFKA_PORT is "x"');
  const healthy = command('doctor');
  expect(await healthy.ended()).toBe(0);
  const reset = command('reset');
  expect(await reset.ended()).toBe(0);
  expect(await exists(join(repo, '.microshop/data/mongod'))).toBe(false);
}, 60_000);

test('without Java the last line is one sentence that says what to do', async () => {
  const start = command('start', { JAVA_HOME: repo });
  expect(await start.ended()).toBe(1);
  const last = start.output().trim().split('\n').at(-1);
  expect(last).toMatch(/^Kafka needs Java 17 or later, .*: install a JRE of 17 or later .* set JAVA_HOME\.$/);
}, 60_000);
