import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { usualOrder } from '../measure/measure.ts';
import { arriveClosed } from './arrivals.ts';

test('a client that is refused comes again when it is asked to, and one that is accepted at once', async () => {
  const statuses = [202, 503, 201];
  const server = createServer((_, response) =>
    response.writeHead(statuses.shift() ?? 500, { 'retry-after': '3', 'content-length': '0' }).end(),
  );
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const arrivals = { kind: 'closed', clients: 1 } as const;
  const plan = { urls: [`http://127.0.0.1:${port}`], orders: usualOrder('b1'), arrivals, span: { orders: 3 } };
  const seen: (string | number)[] = [];

  await arriveClosed(
    plan,
    1,
    0,
    3,
    ({ outcome }) => seen.push(outcome),
    async (ms) => void seen.push(ms),
  ).finished;

  expect(seen).toEqual(['202', '503', 3000, '201']);
});
