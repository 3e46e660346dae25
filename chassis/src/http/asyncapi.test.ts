import { expect, test } from 'vitest';
import { tallies } from '../testing/events.ts';
import { serveAsyncApi } from './asyncapi.ts';
import { createTestServer } from './test-server.ts';

test('a service tells what it sends and receives, and nothing of others', async () => {
  const { app } = await createTestServer();
  const foreign = { ...tallies, name: 'test.foreign.v1', owner: 'loyalty-svc', consumers: [] } as const;
  serveAsyncApi(app, { name: 'inventory-svc', version: '1.2.3', description: 'A demonstration', topics: [tallies, foreign] });
  const answer = await app.inject('/asyncapi.json');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    asyncapi: '3.0.0',
    info: { title: 'inventory-svc', version: '1.2.3', description: 'A demonstration' },
    operations: { 'inventory-svc.receive.test.tallies.v1': { action: 'receive', channel: { $ref: '#/channels/test.tallies.v1' } } },
  });
  expect(Object.keys(answer.json().channels)).toEqual(['test.tallies.v1']);
  expect(Object.keys(answer.json().operations)).toEqual(['inventory-svc.receive.test.tallies.v1']);
});
