import { connect, type Socket } from 'node:net';

/** An answer, as far as a load needs it. */
export type Answer = {
  status: number;
  body: Buffer;
  /** When to come again; 0 where it does not say. */
  retryAfterSeconds: number;
};
export type Connection = {
  /** Sends a whole HTTP request, as text, and waits for its answer; one at a time. Fails when the connection ends before the answer does. */
  ask(request: string): Promise<Answer>;
  close(): void;
};

/** Longer than the transaction design tries again: what it still works on would disturb the next round. */
const PATIENCE_MS = 150_000;
const END_OF_HEAD = '\r\n\r\n';

/**
 * One keep-alive connection. It shares the cores with what it measures and so does without most of what an HTTP client can: an answer has a
 * content-length, as every answer of the services has.
 */
export function createConnection({ hostname, port }: URL): Connection {
  let socket: Socket | undefined;
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  let received: Buffer = Buffer.alloc(0);

  function settle(outcome: Answer | Error): void {
    const settled = waiting;
    waiting = undefined;
    received = Buffer.alloc(0);
    if (outcome instanceof Error) settled?.reject(outcome);
    else settled?.resolve(outcome);
  }

  function open(): Socket {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true, keepAlive: true });
    opened.setTimeout(PATIENCE_MS, () => opened.destroy(new Error(`no answer within ${PATIENCE_MS / 1000} s`)));
    let failure: Error | undefined;
    opened.on('error', (error) => {
      failure = error;
    });
    opened.on('close', () => {
      if (socket !== opened) return;
      socket = undefined;
      settle(failure ?? new Error('the connection was closed'));
    });
    opened.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const answer = answerIn(received);
      if (answer instanceof Error) opened.destroy(answer);
      else if (answer) settle(answer);
    });
    return opened;
  }

  return {
    ask(request) {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      waiting = { resolve, reject };
      socket ??= open();
      socket.write(request, 'latin1');
      return promise;
    },
    close() {
      socket?.destroy();
    },
  };
}

/** The answer, once all of it is there. */
export function answerIn(received: Buffer): Answer | Error | undefined {
  const endOfHead = received.indexOf(END_OF_HEAD);
  if (endOfHead < 0) return undefined;
  const head = received.toString('latin1', 0, endOfHead);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (length === undefined) return new Error(`an answer has no content-length: ${head.slice(0, 60)}`);
  const begin = endOfHead + END_OF_HEAD.length;
  const end = begin + Number(length);
  if (received.length < end) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    body: received.subarray(begin, end),
    retryAfterSeconds: Number(/\r\nretry-after: (\d+)/i.exec(head)?.[1] ?? 0),
  };
}
