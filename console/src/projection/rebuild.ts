import { sleep } from '@microshop/chassis/clock';
import { type Broker, distance, type Positions } from '@microshop/chassis/kafka/broker';
import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { Generations } from '../persistence/generations.ts';
import { projectionOf } from './collections.ts';
import { createProjector, groupOf } from './projector.ts';
import { allTopics } from './record.ts';

export type RebuildPorts = {
  generations: Generations;
  broker: Pick<Broker, 'consume' | 'ends' | 'committed'>;
  transact: RunInTransaction;
};

const LOOK_MS = 250;

/**
 * Makes the documents anew from the oldest offsets, in a generation and a consumer group of their own, while the present ones go on being shown;
 * when everything that was on the topics at the start is in them, they take over. Answers the generation, undefined when it was stopped.
 */
export async function rebuild(
  ports: RebuildPorts,
  { onProgress, signal }: { onProgress?: (progress: number) => void; signal?: AbortSignal } = {},
): Promise<number | undefined> {
  const generation = await ports.generations.begin();
  return (await build(ports, generation, onProgress, signal)) ? generation : undefined;
}

async function build(
  { generations, broker, transact }: RebuildPorts,
  generation: number,
  onProgress: (progress: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<boolean> {
  const group = groupOf(generation);
  let isDone = false;
  try {
    await generations.prepare(generation);
    const ends = await broker.ends(allTopics);
    // A group that never committed is said to be at the oldest offsets.
    const starts = await broker.committed(group, allTopics);
    const consumption = await broker.consume(createProjector({ projection: projectionOf(generation), transact }));
    try {
      isDone = await untilRead(starts, ends);
    } finally {
      await consumption.stop();
    }
    if (isDone) await generations.finish(generation);
    return isDone;
  } finally {
    if (!isDone) await generations.abandon(generation);
  }

  async function untilRead(starts: Positions, ends: Positions): Promise<boolean> {
    const whole = distance(starts, ends);
    while (!signal?.aborted) {
      const left = distance(await broker.committed(group, allTopics), ends);
      const progress = whole === 0 ? 1 : 1 - left / whole;
      await generations.progress(generation, progress);
      onProgress(progress);
      if (left === 0) return true;
      await sleep(LOOK_MS, signal);
    }
    return false;
  }
}

/** A rebuild that goes on by itself. */
export function createRebuilds(ports: RebuildPorts, logger: Logger): Running & { start(): Promise<void> } {
  const stopping = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  return {
    /** Returns when it has begun; refused while another one is under way. */
    async start() {
      const generation = await ports.generations.begin();
      running = build(ports, generation, undefined, stopping.signal).catch((err: unknown) =>
        logger.error({ err, generation }, 'A rebuild of the projection ended early; the present one stays.'),
      );
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
