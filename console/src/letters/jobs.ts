import { newUuid, systemClock } from '@microshop/chassis/clock';
import { refused } from '@microshop/chassis/errors';
import type { Logger } from '@microshop/chassis/logger';
import type { ServiceName } from '@microshop/contracts';
import type { LetterHead } from '@microshop/tools/dlt/letters';
import type { Plan } from '@microshop/tools/dlt/plan';
import { createReplayer, type Replayed } from '@microshop/tools/dlt/replayer';
import { isDone, runPlan } from '@microshop/tools/dlt/run-plan';
import type { Job } from '../api/dead-letters.ts';
import type { JobStore } from '../persistence/letter-stores.ts';
import type { Shop } from './shop.ts';

export type JobPorts = { jobs: JobStore; logger: Logger };
export type NewJob = { service: ServiceName; groupId: string | null; by: string; plan: Plan };

const PROBLEMS_KEPT = 50;
const SAVE_MS = 250;
/** How long a replay may be unanswered. */
const ANSWER_MS = 30_000;

/** Replays that go on by themselves, also when the page is closed; one at a time for each service. */
export function createJobs({ jobs, logger }: JobPorts) {
  // The database tells of other consoles' replays; of two requests here the first is.
  const busy = new Set<ServiceName>();
  const running = new Map<string, { stopping: AbortController; ended: Promise<void> }>();

  async function run(shop: Shop, job: Job, { plan, by, service }: NewJob, stopping: AbortSignal): Promise<void> {
    const replay = createReplayer(shop.placeOf(service), { by, timeoutMs: ANSWER_MS });
    const saving = setInterval(() => void jobs.save(job).catch(() => undefined), SAVE_MS);
    try {
      await runPlan(
        plan.chains,
        () => replay,
        (letter, replayed) => count(job, letter, replayed),
        stopping,
      );
      job.state = stopping.aborted ? 'stopped' : 'done';
    } catch (err) {
      logger.error({ err, jobId: job.jobId }, 'A replay of dead letters ended early.');
      Object.assign(job, { state: 'failed', error: 'The database went away meanwhile. Replay again to go on.' });
    } finally {
      clearInterval(saving);
      job.endedAt = systemClock.now().toISOString();
      await jobs.save(job).catch(() => undefined);
      running.delete(job.jobId);
      busy.delete(service);
    }
  }

  return {
    ...jobs,
    /** Begins; the answer is the job as it begins. Refused while another one of the service runs. */
    async start(shop: Shop, news: NewJob): Promise<Job> {
      const job: Job = {
        jobId: newUuid(),
        service: news.service,
        groupId: news.groupId,
        by: news.by,
        startedAt: systemClock.now().toISOString(),
        endedAt: null,
        state: 'running',
        total: news.plan.chains.flat().length,
        counts: {},
        problems: [],
        error: null,
      };
      if (busy.has(news.service)) throw alreadyRunning(news.service);
      busy.add(news.service);
      try {
        await jobs.endAbandoned();
        if (!(await jobs.begin(job))) throw alreadyRunning(news.service);
      } catch (error) {
        busy.delete(news.service);
        throw error;
      }
      const begun = structuredClone(job);
      const stopping = new AbortController();
      running.set(job.jobId, { stopping, ended: run(shop, job, news, stopping.signal) });
      return begun;
    },
    /** Sends nothing more; what was sent is handled. */
    async halt(jobId: string): Promise<Job> {
      const here = running.get(jobId);
      here?.stopping.abort();
      await here?.ended;
      const job = await jobs.find(jobId);
      if (!job) throw refused(404, 'unknown_job', `There is no replay ${jobId}.`);
      return job;
    },
    async stop(): Promise<void> {
      for (const { stopping } of running.values()) stopping.abort();
      await Promise.all([...running.values()].map(({ ended }) => ended));
    },
  };
}

export type Jobs = ReturnType<typeof createJobs>;

function count(job: Job, { _id: letterId }: LetterHead, replayed: Replayed): void {
  const { result } = replayed;
  job.counts[result] = (job.counts[result] ?? 0) + 1;
  if (isDone(replayed)) return;
  const because = 'because' in replayed ? replayed.because : null;
  job.problems = [...job.problems, { letterId, result, because }].slice(-PROBLEMS_KEPT);
}

const alreadyRunning = (service: ServiceName) =>
  refused(409, 'replay_running', `A replay of ${service} is under way: wait for its end, or stop it.`);
