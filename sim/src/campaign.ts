import { Worker } from 'node:worker_threads';
import type { Violation } from './check/violation.ts';
import type { SimOptions } from './options.ts';
import type { Chunk, ChunkDone } from './worker.ts';

export type Campaign = { seeds: number; steps: number; counts: Record<string, number>; failure?: { seed: number; violation: Violation } };

const CHUNK = 25;
/** Runs are small and many: with more room for what is young the collector has half the work. */
const YOUNG_MB = 64;

/** Plays the seeds on several threads and adds up what was seen; hands out no more once one has failed. */
export async function runCampaign(
  { from, seeds, workers, mutant }: SimOptions,
  onProgress: (campaign: Campaign) => void,
): Promise<Campaign> {
  const campaign: Campaign = { seeds: 0, steps: 0, counts: {} };
  let next = from;

  function nextChunk(): Chunk | undefined {
    const count = Math.min(CHUNK, from + seeds - next);
    if (campaign.failure || count <= 0) return undefined;
    next += count;
    return { from: next - count, count };
  }

  function add({ count, steps, counts, failure }: ChunkDone) {
    campaign.seeds += count;
    campaign.steps += steps;
    for (const [what, times] of Object.entries(counts)) campaign.counts[what] = (campaign.counts[what] ?? 0) + times;
    if (failure && (!campaign.failure || failure.seed < campaign.failure.seed)) campaign.failure = failure;
    onProgress(campaign);
  }

  async function work(): Promise<void> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { mutant },
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const failed = new Promise<never>((_, reject) => worker.once('error', reject));
    try {
      for (let chunk = nextChunk(); chunk; chunk = nextChunk()) {
        const done = new Promise<ChunkDone>((resolve) => worker.once('message', resolve));
        worker.postMessage(chunk);
        add(await Promise.race([done, failed]));
      }
    } finally {
      await worker.terminate();
    }
  }

  await Promise.all(Array.from({ length: Math.min(workers, Math.ceil(seeds / CHUNK)) }, work));
  return campaign;
}
