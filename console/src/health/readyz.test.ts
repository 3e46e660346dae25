import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Readyz, readyzOf } from './readyz.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function instance(answer: Readyz): Promise<string> {
  const server = createServer((_, response) => response.end(JSON.stringify(answer))).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const away = 'http://127.0.0.1:9';
const ready: Readyz = { status: 'ready', checks: { kafka: { ok: true } } };
const degraded: Readyz = { status: 'degraded', checks: { kafka: { ok: false, detail: 'away' } } };

test('one instance says what it says', async () => {
  expect(await readyzOf([await instance(degraded)])).toEqual(degraded);
  expect(await readyzOf([away])).toBeUndefined();
});

test('several are as well as the worst of them, and it is told how many answer', async () => {
  const well = await instance(ready);
  const instances = (ok: boolean, detail: string) => ({ ok, detail });
  expect(await readyzOf([well, await instance(degraded)])).toEqual({
    status: 'degraded',
    checks: { ...degraded.checks, instances: instances(true, '2 of 2 instances answer.') },
  });
  expect(await readyzOf([well, await instance(ready), away])).toEqual({
    status: 'degraded',
    checks: { ...ready.checks, instances: instances(false, '2 of 3 instances answer.') },
  });
  expect(await readyzOf([away, away])).toBeUndefined();
});
