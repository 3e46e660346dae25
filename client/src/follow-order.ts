import type { Order } from './api.ts';
import { messagesOf } from './event-stream.ts';
import { isPassing, pause, waitMs } from './retry.ts';

/** The body of the stream; undefined when nothing more is to come. */
export type OpenStream = (lastEventId: string | undefined, signal: AbortSignal) => Promise<ReadableStream<Uint8Array> | undefined>;

/** Longer than the silence between two comments of the service: a connection that is quiet for longer is dead. */
const SILENCE_MS = 60_000;

/**
 * The order in each of its states so far and to come until it is decided, each once. A stream that breaks is resumed after the last state that
 * came. Ends with the decision, or by throwing when the signal fires or the service refuses.
 */
export async function* followOrder(open: OpenStream, signal: AbortSignal): AsyncGenerator<Order> {
  let lastEventId: string | undefined;
  let isDecided = false;
  for (let attempt = 0; ; attempt++) {
    const silence = watchSilence();
    try {
      const body = await open(lastEventId, AbortSignal.any([signal, silence.signal]));
      if (!body) return;
      for await (const { id, data } of messagesOf(body, silence.heard)) {
        attempt = 0;
        lastEventId = id ?? lastEventId;
        const order = JSON.parse(data) as Order;
        isDecided = order.status !== 'pending';
        yield order;
      }
      if (isDecided) return;
      await pause(waitMs(attempt), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!silence.signal.aborted && !isPassing(error)) throw error;
      await pause(waitMs(attempt, error), signal);
    } finally {
      silence.end();
    }
  }
}

function watchSilence(): { signal: AbortSignal; heard(): void; end(): void } {
  const controller = new AbortController();
  const listen = () => setTimeout(() => controller.abort(), SILENCE_MS);
  let timer = listen();
  const end = () => clearTimeout(timer);
  return {
    signal: controller.signal,
    heard() {
      end();
      timer = listen();
    },
    end,
  };
}
