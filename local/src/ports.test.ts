import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { findFreePort, findPortOwner, isListening, isPortFree } from './ports.ts';
import { checkPorts } from './preflight.ts';

const server = createServer();
afterEach(() => server.close());

async function listen(): Promise<number> {
  const port = await findFreePort();
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return port;
}

test('a free port is free, is handed out once, and outgoing connections never start there', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, findFreePort));
  expect(new Set(ports).size).toBe(20);
  for (const port of ports) {
    expect(await isPortFree(port)).toBe(true);
    expect(port).toBeLessThan(32_768);
  }
});

test('a port that someone listens on is not free', async () => {
  const port = await listen();
  expect(await isPortFree(port)).toBe(false);
  expect(await isListening(port)).toBe(true);
});

test.runIf(process.platform === 'linux')('the owner of a port is found', async () => {
  const port = await listen();
  expect(findPortOwner(port)).toMatchObject({ pid: process.pid, command: expect.stringContaining('node') });
  expect(findPortOwner(await findFreePort())).toBeUndefined();
});

test('a busy port is refused with its owner and the variable that changes it', async () => {
  const port = await listen();
  const env = { KAFKA_BROKERS: 'x:1', MONGODB_URL: 'y', LOYALTY_SVC_PORT: String(port), ORDER_SVC_PORT: String(await findFreePort()) };
  const config = loadConfig({ ...env, INVENTORY_SVC_PORT: String(await findFreePort()) });
  await expect(checkPorts(config, 0)).rejects.toThrow(
    new RegExp(`^Port ${port} is in use by .*: stop it or set LOYALTY_SVC_PORT to a free port\\.$`),
  );
});
