import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { MongoNetworkError } from 'mongodb';
import { afterAll, expect, inject, test, vi } from 'vitest';
import { openTestDatabase } from '../testing/int.ts';

const { Connection } = createRequire(import.meta.url)('mongodb/lib/cmap/connection') as {
  Connection: { prototype: { command(this: { socket: Socket }, ...args: unknown[]): Promise<unknown> } };
};
const { db, close } = openTestDatabase(inject('mongodbUrl'), 'lost-socket');
afterAll(close);

/** The socket that the next command of this client will be sent on: it has one that is free. */
async function socketInUse(): Promise<Socket> {
  const sent = vi.spyOn(Connection.prototype, 'command');
  await db.command({ ping: 1 });
  const connection = sent.mock.contexts.at(-1) as { socket: Socket };
  sent.mockRestore();
  return connection.socket;
}

test('a command on a socket that Node has given up and not yet said so fails, and does not wait for ever', async () => {
  // As Node does when the other end has closed: the driver is told with the next turn of the event loop.
  (await socketInUse()).destroy();

  await expect(db.command({ ping: 1 })).rejects.toThrow(MongoNetworkError);
  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 });
});

test('a command that is still being written when its socket is lost fails', async () => {
  const socket = await socketInUse();
  // Nothing is taken any more, as when the other end does not read.
  vi.spyOn(socket, 'write').mockReturnValue(false);
  const answer = db.command({ ping: 1 });
  setImmediate(() => socket.destroy());

  await expect(answer).rejects.toThrow(MongoNetworkError);
});
