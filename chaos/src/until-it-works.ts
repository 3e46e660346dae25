import { sleep } from '@microshop/chassis/clock';

const POLL_MS = 250;

/** Tries again while it fails: a broker comes back, and a member that was killed is in its group for as long as its session. Fails as the last try did. */
export async function untilItWorks(until: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (until.aborted) throw error;
      await sleep(POLL_MS, until);
    }
  }
}
