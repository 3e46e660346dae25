import { connect, createServer, type Socket } from 'node:net';
import { sleep } from '@microshop/chassis/clock';

/**
 * `pass` lets everything through. `cut` resets what there is and what comes. `delay` keeps bytes back for `ms` to twice that. `black-hole` lets
 * nothing through in either direction until it is healed, as when packets are lost. `drop-answers` lets requests through and loses what comes
 * back. `half-open` ends the server's side and does not tell the client. `slice` hands bytes on in the smallest pieces.
 */
export type Weather = { kind: 'pass' | 'cut' | 'black-hole' | 'drop-answers' | 'half-open' | 'slice' } | { kind: 'delay'; ms: number };

export type TcpProxy = {
  readonly port: number;
  /** Connections that were broken, pieces that were kept back, sliced or lost since the last call. */
  takeHits(): number;
  become(weather: Weather): void;
  close(): Promise<void>;
};

const CALM: Weather = { kind: 'pass' };
/** How many bytes of a piece are handed on one by one; the rest goes in large slices, for a proxy must not be what starves the machine. */
const SINGLE_BYTES = 16;
const LARGE_SLICE = 1024;

type Link = {
  client: Socket;
  server: Socket;
  /** What of it is lost; then it can not go on when the weather is calm again. */
  lost: 'nothing' | 'answers' | 'all';
};

/** Stands between clients and a server on loopback; what it does to their connections can be changed at any time. */
export async function startProxy(serverPort: number, port = 0, random: () => number = Math.random): Promise<TcpProxy> {
  const links = new Set<Link>();
  let weather = CALM;
  let hits = 0;

  const listener = createServer({ noDelay: true }, (client) => {
    client.on('error', () => undefined);
    if (weather.kind === 'cut') {
      hits++;
      client.resetAndDestroy();
      return;
    }
    const server = connect({ port: serverPort, host: '127.0.0.1', noDelay: true });
    const link: Link = { client, server, lost: 'nothing' };
    links.add(link);
    carry(link, client, server, false);
    carry(link, server, client, true);
    if (weather.kind === 'half-open') tear(link);
    if (weather.kind === 'black-hole') hold(link);
  });

  function carry(link: Link, from: Socket, to: Socket, isAnswer: boolean): void {
    let turn = Promise.resolve();
    from.on('error', () => undefined);
    from.on('data', (piece: Buffer) => {
      if (weather.kind === 'drop-answers' && isAnswer) link.lost = 'answers';
      if (link.lost === 'all' || (link.lost === 'answers' && isAnswer)) {
        hits++;
        return;
      }
      from.pause();
      turn = turn.then(async () => {
        await handOn(piece, to);
        if (weather.kind !== 'black-hole') from.resume();
      });
    });
    from.on('close', () => {
      // The client is not told.
      if (link.lost === 'all' && isAnswer && links.has(link)) return;
      links.delete(link);
      void turn.then(() => to.destroySoon());
    });
  }

  async function handOn(piece: Buffer, to: Socket): Promise<void> {
    if (weather.kind === 'delay') {
      hits++;
      await sleep(weather.ms * (1 + random()));
    }
    if (weather.kind !== 'slice') return write(to, piece);
    hits++;
    for (let at = 0; at < piece.length; ) {
      const end = at < SINGLE_BYTES ? at + 1 : at + LARGE_SLICE;
      await write(to, piece.subarray(at, end));
      await new Promise((resolve) => setImmediate(resolve));
      at = end;
    }
  }

  function hold({ client, server }: Link): void {
    hits++;
    client.pause();
    server.pause();
  }

  function tear(link: Link): void {
    hits++;
    link.lost = 'all';
    link.server.destroy();
  }

  function reset(link: Link): void {
    hits++;
    links.delete(link);
    link.client.resetAndDestroy();
    link.server.resetAndDestroy();
  }

  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ port, host: '127.0.0.1' }, resolve);
  });
  const address = listener.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    takeHits() {
      const since = hits;
      hits = 0;
      return since;
    },
    become(next) {
      weather = next;
      for (const link of links) {
        if (next.kind === 'cut' || (next.kind === 'pass' && link.lost !== 'nothing')) reset(link);
        else if (next.kind === 'half-open') tear(link);
        else if (next.kind === 'black-hole') hold(link);
        else {
          link.client.resume();
          link.server.resume();
        }
      }
    },
    async close() {
      weather = { kind: 'cut' };
      for (const link of links) reset(link);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

/** Resolves when the bytes are on their way, or can not be any more. */
const write = (to: Socket, piece: Buffer): Promise<void> =>
  new Promise((resolve) => {
    if (to.destroyed) return resolve();
    to.write(piece, () => resolve());
  });
