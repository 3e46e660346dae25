import { connect, type Socket } from 'node:net';
import { sleep } from '@microshop/chassis/clock';
import type { FaultKind } from './fault.ts';
import { readyInTime, regularNames } from './process-faults.ts';

const CLIENTS = 60;
const BYTE_MS = 1000;

const HEAD =
  'POST /checkout HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 4000\r\nIdempotency-Key: slow\r\n\r\n';
/** Some of them never end their headers, the others are in no hurry with the body. */
const beginningOf = (nth: number) => (nth % 4 === 0 ? HEAD.slice(0, 20) : HEAD);

export const slowClients: FaultKind = {
  says: `${CLIENTS} connections that send a byte a second`,
  targets: regularNames,
  lengthMs: [6000, 10_000],
  needs: () => [],
  async strike({ target, lengthMs }, field) {
    const { cluster, signal } = field;
    await readyInTime(field, [cluster.named(target)]);
    const { port } = new URL(cluster.named(target).url);
    const sockets = Array.from({ length: CLIENTS }, (_, nth) => open(Number(port), beginningOf(nth)));
    const until = AbortSignal.any([signal, AbortSignal.timeout(lengthMs)]);
    while (!until.aborted) {
      for (const socket of sockets) if (socket.writable) socket.write('x');
      await sleep(BYTE_MS, until);
    }
    const bytes = sockets.reduce((sum, { bytesWritten }) => sum + bytesWritten, 0);
    const held = sockets.filter(({ readyState }) => readyState === 'open').length;
    for (const socket of sockets) socket.destroy();
    return bytes > (CLIENTS * HEAD.length) / 2 ? { seen: `${held} of ${CLIENTS} were still there after ${bytes} bytes` } : undefined;
  },
};

function open(port: number, beginning: string): Socket {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.on('connect', () => socket.write(beginning));
  socket.resume();
  return socket;
}
