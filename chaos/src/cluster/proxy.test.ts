import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startProxy, type TcpProxy } from './proxy.ts';

let server: Server;
let proxy: TcpProxy;
/** What the server got, and the sockets that it has. */
let received = '';
let accepted: Socket[] = [];
let clients: Socket[] = [];

beforeEach(async () => {
  received = '';
  accepted = [];
  clients = [];
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    // Answers each piece with what it was, in capitals.
    socket.on('data', (piece) => {
      received += piece;
      socket.write(String(piece).toUpperCase());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  proxy = await startProxy(typeof address === 'object' ? (address?.port ?? 0) : 0);
});

afterEach(async () => {
  for (const socket of [...clients, ...accepted]) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

async function open() {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  clients.push(socket);
  const client = { socket, answers: '', hasEnded: false };
  socket.on('data', (piece) => {
    client.answers += piece;
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    client.hasEnded = true;
  });
  await once(socket, 'connect');
  return client;
}

const answers = (client: { answers: string }, expected: string) => vi.waitFor(() => expect(client.answers).toBe(expected));
const ends = (client: { hasEnded: boolean }) => vi.waitFor(() => expect(client.hasEnded).toBe(true));

describe('a proxy', () => {
  test('lets everything through both ways, and an end too', async () => {
    const client = await open();
    client.socket.write('hello');
    await answers(client, 'HELLO');
    client.socket.end();
    await vi.waitFor(() => expect(accepted[0]?.closed).toBe(true));
    expect(proxy.takeHits()).toBe(0);
  });

  test('cut: resets what there is and what comes', async () => {
    const client = await open();
    client.socket.write('a');
    await answers(client, 'A');
    proxy.become({ kind: 'cut' });
    await ends(client);
    await ends(await open().catch(() => ({ hasEnded: true })));
    expect(proxy.takeHits()).toBeGreaterThan(0);
    proxy.become({ kind: 'pass' });
    const later = await open();
    later.socket.write('b');
    await answers(later, 'B');
  });

  test('black-hole: holds everything back, in order, and lets it go when it is healed', async () => {
    const client = await open();
    client.socket.write('1');
    await answers(client, '1');
    proxy.become({ kind: 'black-hole' });
    client.socket.write('2');
    const during = await open();
    during.socket.write('x');
    proxy.become({ kind: 'pass' });
    client.socket.write('3');
    await answers(client, '123');
    await answers(during, 'X');
    expect(proxy.takeHits()).toBeGreaterThan(0);
  });

  test('drop-answers: the server gets what was asked, the client gets nothing and is cut when it is healed', async () => {
    proxy.become({ kind: 'drop-answers' });
    const client = await open();
    client.socket.write('once');
    await vi.waitFor(() => expect(received).toBe('once'));
    client.socket.write(' more');
    await vi.waitFor(() => expect(received).toBe('once more'));
    await vi.waitFor(() => expect(proxy.takeHits()).toBeGreaterThan(0));
    expect(client.answers).toBe('');
    proxy.become({ kind: 'pass' });
    await ends(client);
  });

  test('half-open: the server sees an end, the client is told when it is healed', async () => {
    const client = await open();
    client.socket.write('a');
    await answers(client, 'A');
    proxy.become({ kind: 'half-open' });
    await vi.waitFor(() => expect(accepted[0]?.closed).toBe(true));
    client.socket.write('b');
    expect(client.hasEnded).toBe(false);
    proxy.become({ kind: 'pass' });
    await ends(client);
    expect(received).toBe('a');
  });

  test.each([{ kind: 'slice' }, { kind: 'delay', ms: 1 }] as const)('$kind: all arrives, in order', async (weather) => {
    proxy.become(weather);
    const text = 'abc'.repeat(5000);
    const client = await open();
    client.socket.write(text);
    await answers(client, text.toUpperCase());
    expect(proxy.takeHits()).toBeGreaterThan(0);
  });
});
