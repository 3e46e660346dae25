import { OVER, type Sleep } from '../clock.ts';
import type { BatchControl } from '../kafka/broker.ts';

const BEAT_MS = 1000;

/**
 * Keeps the membership while the work goes on. A lost membership is reported only after the work: what is committed is committed. The work
 * is told of it, so that it does not keep the group waiting.
 */
export async function whileBeating(control: BatchControl, sleep: Sleep, work: (isMember: () => boolean) => Promise<void>): Promise<void> {
  const ended = new AbortController();
  let lost: unknown;
  const beating = (async () => {
    while (!ended.signal.aborted && lost === undefined) {
      await sleep(BEAT_MS, ended.signal);
      if (!ended.signal.aborted) await control.heartbeat().catch((error: unknown) => (lost = error));
    }
  })();
  try {
    await work(() => lost === undefined);
  } catch (error) {
    throw lost ?? error;
  } finally {
    ended.abort(OVER);
    await beating;
  }
  if (lost !== undefined) throw lost;
}
