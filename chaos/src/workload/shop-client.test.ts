import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomFrom } from '@microshop/chassis/testing/random';
import { findFreePort } from '@microshop/local/ports';
import { afterEach, describe, expect, it } from 'vitest';
import { createHistory } from '../history/history.ts';
import { createShopClient } from './shop-client.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serverThat(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const answering =
  (status: number, body: unknown): RequestListener =>
  (request, response) =>
    request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));

const clientOf = (...order: string[]) =>
  createShopClient({
    name: 'c0',
    urls: { order, inventory: order, loyalty: order },
    operatorToken: 'operators',
    history: createHistory(() => undefined),
    random: randomFrom(1),
  });

const body = { customer: { customerId: 'ada' }, items: [{ sku: 'TEA', quantity: 1 }] };

describe('a checkout', () => {
  it.each([201, 202, 200])('that is answered with %i has happened', async (status) => {
    const order = { orderId: 'o', status: 'confirmed', version: 2 };
    const outcome = await clientOf(await serverThat(answering(status, order))).checkout('k', body);
    expect(outcome).toEqual({ type: 'ok', told: { status, orderId: 'o', orderStatus: 'confirmed', order } });
  });

  it('that is rejected has happened: there is an order', async () => {
    const client = clientOf(await serverThat(answering(409, { code: 'out_of_stock', orderId: 'o' })));
    expect(await client.checkout('k', body)).toEqual({
      type: 'ok',
      told: { status: 409, orderId: 'o', orderStatus: 'rejected', code: 'out_of_stock' },
    });
  });

  it('that made no order has surely not happened', async () => {
    const client = clientOf(await serverThat(answering(422, { code: 'unknown_sku' })));
    expect(await client.checkout('k', body)).toEqual({ type: 'fail', failure: { status: 422, code: 'unknown_sku' } });
  });

  it.each([500, 503])('that is answered with %i may have happened', async (status) => {
    const client = clientOf(await serverThat(answering(status, { code: 'outcome_unknown' })));
    expect(await client.checkout('k', body)).toMatchObject({ type: 'info', failure: { status } });
  });

  it('whose connection breaks may have happened', async () => {
    const client = clientOf(await serverThat((request) => request.socket.destroy()));
    expect(await client.checkout('k', body)).toMatchObject({ type: 'info', failure: { code: 'ECONNRESET' } });
  });

  it('whose answer is cut may have happened', async () => {
    const client = clientOf(
      await serverThat((_request, response) => {
        response.writeHead(201, { 'content-length': '100' });
        response.write('{"orderId"', () => response.destroy());
      }),
    );
    expect(await client.checkout('k', body)).toMatchObject({ type: 'info' });
  });

  it('that its client gives up may have happened', async () => {
    const client = clientOf(await serverThat(() => undefined));
    expect(await client.checkout('k', body, { abortAfterMs: 20 })).toMatchObject({ type: 'info' });
  });

  it('that nobody was there to hear has surely not happened', async () => {
    const client = clientOf(`http://127.0.0.1:${await findFreePort()}`);
    expect(await client.checkout('k', body)).toEqual({ type: 'fail', failure: { code: 'ECONNREFUSED' } });
  });

  it('is heard by another instance when one is away', async () => {
    const here = await serverThat(answering(422, { code: 'unknown_sku' }));
    const client = clientOf(`http://127.0.0.1:${await findFreePort()}`, here);
    for (let nth = 0; nth < 5; nth++) expect(await client.checkout('k', body)).toMatchObject({ failure: { code: 'unknown_sku' } });
  });

  it('arrives whole when its last bytes come slowly', async () => {
    const bodies: string[] = [];
    const url = await serverThat((request, response) => {
      let text = '';
      request.on('data', (chunk) => {
        text += chunk;
      });
      request.on('end', () => {
        bodies.push(text);
        response.writeHead(422).end('{"code":"x"}');
      });
    });
    await clientOf(url).checkout('k', body, { slowBytes: 1 });
    expect(bodies.map((text) => JSON.parse(text))).toEqual([body]);
  });
});
