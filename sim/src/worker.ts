import { parentPort, workerData } from 'node:worker_threads';
import type { Violation } from './check/violation.ts';
import { mutants } from './mutants/mutants.ts';
import { play } from './play.ts';
import { scenarioOf } from './scenario.ts';

export type Chunk = { from: number; count: number };
export type ChunkDone = { count: number; steps: number; counts: Record<string, number>; failure?: { seed: number; violation: Violation } };

const mutation = mutants[String((workerData as { mutant?: string } | null)?.mutant)]?.mutation ?? {};

/** Plays the seeds of a chunk; ends it at the first that fails. */
export async function playChunk({ from, count }: Chunk): Promise<ChunkDone> {
  const done: ChunkDone = { count: 0, steps: 0, counts: {} };
  for (let seed = from; seed < from + count && !done.failure; seed++) {
    const { violation, steps, counts } = await play(scenarioOf(seed), { mutation });
    done.count++;
    done.steps += steps;
    for (const [what, times] of Object.entries(counts)) done.counts[what] = (done.counts[what] ?? 0) + times;
    if (violation) done.failure = { seed, violation };
  }
  return done;
}

parentPort?.on('message', (chunk: Chunk) => {
  void playChunk(chunk).then((done) => parentPort?.postMessage(done));
});
