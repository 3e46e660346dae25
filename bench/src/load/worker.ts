// The load in a process of its own: gets plans over the channel to its parent and reports what became of each.
import { sleep } from '@microshop/chassis/clock';
import { resultOf, type Sample } from './answers.ts';
import { type Arriving, arriveClosed, arriveOpen, type OnAnswer } from './arrivals.ts';
import type { Plan, WorkerReport } from './plan.ts';

const tell = (report: WorkerReport) => process.send?.(report);

function arrive(plan: Plan, most: number, onAnswer: OnAnswer): Arriving {
  const { arrivals } = plan;
  return arrivals.kind === 'closed'
    ? arriveClosed(plan, arrivals.clients, arrivals.pauseMs ?? 0, most, onAnswer)
    : arriveOpen(plan, arrivals.perSecond, arrivals.connections, onAnswer);
}

async function play(plan: Plan): Promise<void> {
  const { span } = plan;
  const samples: Sample[] = [];
  const begin = (most: number) => arrive(plan, most, (sample) => samples.push(sample));
  let arriving: Arriving | undefined;
  if ('ms' in span) {
    arriving = begin(Number.POSITIVE_INFINITY);
    await sleep(span.warmupMs);
  }
  tell({ report: 'edge' });
  const beganAt = performance.now();
  const before = process.cpuUsage();
  arriving ??= begin('orders' in span ? span.orders : 0);
  await ('ms' in span ? sleep(span.ms) : arriving.finished);
  const { user, system } = process.cpuUsage(before);
  const endedAt = performance.now();
  tell({ report: 'edge' });
  arriving.stop();
  await arriving.finished;
  tell({ report: 'done', result: resultOf(samples, { beganAt, endedAt }, (user + system) / 1e6) });
}

process.on('message', (plan) => void play(plan as Plan));
process.on('disconnect', () => process.exit());
tell({ report: 'ready' });
