import type { TestStack } from '@microshop/local/test-stack';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startOwnStack } from '../../tests/support/own-stack.ts';
import { type RunningService, startService } from './service.ts';
import { defineTallyService } from './testing/tally-service.ts';

// A stack of its own: these tests kill it and let it hang.
let stack: TestStack;
beforeAll(async () => {
  stack = await startOwnStack();
});
afterEach(async () => {
  const servers = [stack.kafka, stack.mongod];
  await Promise.all(servers.map((server) => server.resume()));
  await Promise.all(servers.filter((server) => !server.isRunning()).map((server) => server.restart()));
});
afterAll(() => stack?.stop());

const count = (service: RunningService) => fetch(`${service.url}/count/a`, { method: 'POST' }).then(({ status }) => status);
const counted = async (service: RunningService) => (await fetch(`${service.url}/count/a`)).json() as Promise<{ count: number }>;
const status = async (service: RunningService) => ((await (await fetch(`${service.url}/readyz`)).json()) as { status: string }).status;
const untilCounted = (service: RunningService, number: number) =>
  vi.waitFor(async () => expect(await counted(service)).toEqual({ count: number }), { timeout: 40_000, interval: 200 });

async function startReady(): Promise<{ service: RunningService; onFatal: ReturnType<typeof vi.fn> }> {
  const onFatal = vi.fn();
  const service = await startService(defineTallyService({ ...stack, onFatal }).definition);
  await vi.waitFor(async () => expect(await status(service)).toBe('ready'), { timeout: 40_000 });
  expect(await count(service)).toBe(200);
  await untilCounted(service, 1);
  return { service, onFatal };
}

async function stopMs(service: RunningService): Promise<number> {
  const started = performance.now();
  await service.stop();
  return performance.now() - started;
}

const OUTAGES: [string, () => Promise<unknown>][] = [
  ['the broker is killed', () => stack.kafka.kill()],
  ['the broker hangs', () => stack.kafka.pause()],
  ['the database is killed', () => stack.mongod.kill()],
  ['the database hangs', () => stack.mongod.pause()],
  ['both are killed', () => Promise.all([stack.kafka.kill(), stack.mongod.kill()])],
];

describe('a service stops within 10 seconds', () => {
  test.each(OUTAGES)('when %s', async (_, breakDown) => {
    const { service, onFatal } = await startReady();
    await count(service);
    await breakDown();
    void count(service).catch(() => undefined);
    expect(await stopMs(service)).toBeLessThan(10_000);
    expect(onFatal).not.toHaveBeenCalled();
  });
});

describe('a service goes on by itself', () => {
  test('when the broker was away: what was committed meanwhile is published', async () => {
    const { service, onFatal } = await startReady();
    await stack.kafka.kill();
    expect(await count(service)).toBe(200);
    await vi.waitFor(async () => expect(await status(service)).toBe('degraded'), { timeout: 10_000 });
    await stack.kafka.restart();
    await untilCounted(service, 2);
    await vi.waitFor(async () => expect(await status(service)).toBe('ready'), { timeout: 40_000 });
    expect(onFatal).not.toHaveBeenCalled();
    await service.stop();
  });

  test('when the database is away at its start', async () => {
    const onFatal = vi.fn();
    await stack.mongod.kill();
    const service = await startService(defineTallyService({ ...stack, onFatal }).definition);
    // Until its first attempt to connect was given up.
    for (let asked = 0; asked < 3; asked++) expect((await fetch(`${service.url}/count/a`)).status).toBe(503);
    await stack.mongod.restart();
    await vi.waitFor(async () => expect(await status(service)).toBe('ready'), { timeout: 40_000 });
    expect(await count(service)).toBe(200);
    expect(onFatal).not.toHaveBeenCalled();
    await service.stop();
  });

  test('when the database was away: it answers 503 and then works', async () => {
    const { service, onFatal } = await startReady();
    await stack.mongod.kill();
    expect(await count(service)).toBe(503);
    await stack.mongod.restart();
    await vi.waitFor(async () => expect(await count(service)).toBe(200), { timeout: 20_000 });
    await untilCounted(service, 2);
    expect(onFatal).not.toHaveBeenCalled();
    await service.stop();
  });
});
