import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { answerIn, createConnection } from './connection.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serving(listener: Parameters<typeof createServer>[1]): Promise<URL> {
  const server = createServer(listener as never).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const GET = 'GET / HTTP/1.1\r\nhost: test\r\n\r\n';
const body = 'x'.repeat(200_000);

test('one connection takes one answer after the other, however large', async () => {
  let connections = 0;
  const url = await serving((_, response) => response.end(body));
  servers[0]?.on('connection', () => connections++);
  const connection = createConnection(url);

  for (const _ of [1, 2, 3]) {
    const answer = await connection.ask(GET);
    expect(answer.status).toBe(200);
    expect(answer.body.length).toBe(body.length);
  }
  connection.close();

  expect(connections).toBe(1);
});

test('a connection that is cut fails the question and is made anew for the next', async () => {
  let questions = 0;
  const url = await serving((request, response) => (questions++ === 0 ? request.socket.destroy() : response.end('there')));
  const connection = createConnection(url);

  await expect(connection.ask(GET)).rejects.toThrow();
  expect((await connection.ask(GET)).body.toString()).toBe('there');
  connection.close();
});

test.each([
  ['half a head', 'HTTP/1.1 200 OK\r\ncontent-le', undefined],
  ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhal', undefined],
  [
    'a whole answer',
    'HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\nno',
    { status: 409, body: Buffer.from('no'), retryAfterSeconds: 0 },
  ],
  [
    'one that says when to come again',
    'HTTP/1.1 503 x\r\nretry-after: 3\r\ncontent-length: 0\r\n\r\n',
    { status: 503, body: Buffer.from(''), retryAfterSeconds: 3 },
  ],
])('%s', (_, received, expected) => {
  expect(answerIn(Buffer.from(received))).toEqual(expected);
});

test('an answer without a length is refused instead of waited for', () => {
  expect(answerIn(Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'))).toBeInstanceOf(Error);
});
