import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { fastify } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drainOnClose } from './drain.ts';
import { createTestServer } from './test-server.ts';

async function createListeningServer() {
  const { app } = await createTestServer();
  const agent = new Agent({ keepAlive: true });
  const entered = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  app.get('/slow', async () => {
    entered.resolve();
    await gate.promise;
    return { done: true };
  });
  app.get('/long-poll', async () => {
    entered.resolve();
    await once(app.drain, 'abort');
    return { pending: true };
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    agent.destroy();
    await app.close();
  });
  const call = async (path: string): Promise<IncomingMessage> => {
    const [response] = await once(get(`${origin}${path}`, { agent }), 'response');
    return response;
  };
  return { app, address: { host: '127.0.0.1', port: Number(new URL(origin).port) }, call, entered: entered.promise, letGo: gate.resolve };
}

type Listening = Awaited<ReturnType<typeof createListeningServer>>;
const aborted = ({ app }: Listening) => (app.drain.aborted ? Promise.resolve() : once(app.drain, 'abort'));

describe('closing', () => {
  it('finishes an answer in flight, on a connection that is not used again', async () => {
    const server = await createListeningServer();
    const answer = server.call('/slow');
    await server.entered;
    const closed = server.app.close();
    await aborted(server);
    server.letGo();
    const response = await answer;
    expect(response.headers.connection).toBe('close');
    expect(await json(response)).toEqual({ done: true });
    await closed;
  });

  it('tells waiting handlers, so that they answer now', async () => {
    const server = await createListeningServer();
    const answer = server.call('/long-poll');
    await server.entered;
    const closed = server.app.close();
    expect(await json(await answer)).toEqual({ pending: true });
    await closed;
  });

  it('answers a request on a connection from before, and /readyz with 503 draining', async () => {
    const server = await createListeningServer();
    await text(await server.call('/livez'));
    const closed = server.app.close();
    await aborted(server);
    const response = await server.call('/readyz');
    expect(response.statusCode).toBe(503);
    expect(await json(response)).toMatchObject({ status: 'draining', checks: { mongodb: { ok: true } } });
    await closed;
  });

  it('is not held up by a connection that is idle, or falls idle while it waits for another', async () => {
    const server = await createListeningServer();
    const slow = server.call('/slow');
    await server.entered;
    await text(await server.call('/livez'));
    const started = performance.now();
    const closed = server.app.close();
    await aborted(server);
    server.letGo();
    (await slow).resume();
    await closed;
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is not held up by a connection on which nothing was ever sent', async () => {
    const server = await createListeningServer();
    const socket = connect(server.address);
    socket.on('error', () => undefined);
    await Promise.all([once(socket, 'connect'), once(server.app.server, 'connection')]);
    const started = performance.now();
    await server.app.close();
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('cuts what is not answered in time', async () => {
    const app = fastify().withTypeProvider<TypeBoxTypeProvider>();
    drainOnClose(app, { lameDuckMs: 0, closeTimeoutMs: 50 });
    const entered = Promise.withResolvers<void>();
    app.get('/never', async () => {
      entered.resolve();
      return new Promise(() => undefined);
    });
    const origin = await app.listen({ host: '127.0.0.1', port: 0 });
    const answer = once(get(`${origin}/never`), 'response');
    const cut = expect(answer).rejects.toThrow(/socket hang up|ECONNRESET/);
    await entered.promise;
    await app.close();
    await cut;
  });

  it('takes new connections no longer', async () => {
    const server = await createListeningServer();
    await server.app.close();
    await expect(once(connect(server.address), 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
