import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import { type Broker, MissingTopicError, type TopicSpec } from './broker.ts';

/**
 * Consumers must see that the topic is gone: one that did not would go on in the new topic at the offset that it had in the old one, past what was
 * written meanwhile. They fetch several times a second.
 */
const GONE_MS = 5000;
/** What is not seen for so long was another time. */
const FORGET_MS = 10_000;

export type RemakingOptions = {
  broker: Pick<Broker, 'send' | 'ensureTopics'>;
  specs: readonly TopicSpec[];
  clock: Clock;
  logger: Logger;
};

/**
 * Sends, and makes a topic anew that somebody deleted; the sender's next try finds it. Without that one topic that is gone would hold up for ever all
 * that a service publishes.
 */
export function remakingTopics({ broker, specs, clock, logger }: RemakingOptions): Pick<Broker, 'send'> {
  let since = 0;
  let seen = Number.NEGATIVE_INFINITY;

  async function remakeWhenGone(): Promise<void> {
    const now = clock.now().getTime();
    if (now - seen > FORGET_MS) since = now;
    seen = now;
    if (now - since < GONE_MS) return;
    logger.error('A topic was deleted and is made anew. What was on it can be published again: docs/runbook.md.');
    await broker.ensureTopics(specs);
  }

  return {
    async send(records) {
      try {
        await broker.send(records);
      } catch (error) {
        if (error instanceof MissingTopicError) await remakeWhenGone();
        throw error;
      }
    },
  };
}
