import { request } from 'node:http';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createTestServer } from './test-server.ts';

async function busy(maxInFlight: number) {
  const { app } = await createTestServer({ maxInFlight });
  onTestFinished(() => app.close());
  const gates: (() => void)[] = [];
  const wait = () => new Promise<string>((resolve) => gates.push(() => resolve('done')));
  app.get('/work', wait);
  app.get('/stream', { config: { isStream: true } }, wait);
  app.get('/fails', async () => Promise.reject(new Error('no')));
  const open = () => {
    for (const gate of gates.splice(0)) gate();
  };
  return { app, gates, open };
}

it('beyond the bound the answer is 503 at once, and afterwards all is as before', async () => {
  const { app, gates, open } = await busy(2);
  const working = [app.inject('/work'), app.inject('/work')];
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  const refused = await app.inject('/work');
  expect(refused.statusCode).toBe(503);
  expect(refused.headers).toMatchObject({
    'retry-after': expect.stringMatching(/^[123]$/),
    'content-type': 'application/problem+json',
    'x-content-type-options': 'nosniff',
  });
  expect(refused.json()).toMatchObject({ status: 503, code: 'overloaded' });
  open();
  expect((await Promise.all(working)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  for (let n = 0; n < 5; n++) expect((await app.inject('/fails')).statusCode).toBe(500);
  for (let n = 0; n < 5; n++) expect((await app.inject('/nowhere')).statusCode).toBe(404);
});

it('health and the documents are served all the same', async () => {
  const { app, gates, open } = await busy(1);
  const working = app.inject('/work');
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  for (const url of ['/livez', '/readyz', '/openapi.json', '/docs', '/docs/static/index.css'])
    expect([url, (await app.inject(url)).statusCode]).toEqual([url, 200]);
  expect((await app.inject('/nowhere')).statusCode).toBe(503);
  open();
  await working;
});

it('streams are counted apart', async () => {
  const { app, gates, open } = await busy(1);
  const streaming = app.inject('/stream');
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  expect((await app.inject('/stream')).statusCode).toBe(503);
  const working = app.inject('/work');
  await vi.waitFor(() => expect(gates).toHaveLength(2));
  open();
  expect((await Promise.all([streaming, working])).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
});

it('a caller that goes away leaves its place', async () => {
  const { app, gates, open } = await busy(1);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const gone = request(`${url}/work`).end();
  gone.on('error', () => undefined);
  await vi.waitFor(() => expect(gates).toHaveLength(1));
  expect((await fetch(`${url}/work`)).status).toBe(503);
  gone.destroy();
  await vi.waitFor(async () => expect((await fetch(`${url}/fails`)).status).toBe(500));
  open();
});
