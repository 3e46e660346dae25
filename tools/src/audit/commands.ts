import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadConfig, serviceSettings } from '@microshop/chassis/config';
import { createMetrics, type MetricsRegistry } from '@microshop/chassis/metrics/registry';
import Type from 'typebox';
import { plural } from '../dlt/words.ts';
import { ToolFailure } from '../failure.ts';
import { type RunningStack, runningStack } from '../running-stack.ts';
import { type Auditor, createAuditor, type RunOptions } from './auditor.ts';
import { observeAudits, serveMetrics } from './metrics.ts';
import type { Options } from './options.ts';
import { applyRepairs } from './repair/apply.ts';
import { proposeRepairs } from './repair/clues.ts';
import { linesOfProposals, type Proposal } from './repair/proposals.ts';
import { type AuditReport, linesOf, type Verdict, violationsOf } from './report.ts';
import { startAuditing } from './start-auditing.ts';

export type Io = {
  env: NodeJS.ProcessEnv;
  out: { write(text: string): unknown };
  err: { write(text: string): unknown };
  /** When to stop running again and again. */
  stopping: AbortSignal;
};

type Of<Name extends Options['name']> = Extract<Options, { name: Name }>;

const codes: Record<Verdict, number> = { green: 0, violated: 1, unsettled: 3 };

/** One run; answers its exit code. */
export async function auditOnce({ since, restMs, settleMs, json, repair }: Of<'once'>, io: Io): Promise<number> {
  const auditor = await createAuditor(runningStack(io.env));
  try {
    const report = await auditor.run({ since, restMs, settleMs, onProgress: tellProgress(io) });
    const repairs = repair === 'none' ? undefined : await proposeRepairs(auditor.databases, violationsOf(report));
    say(io, report, json, repairs);
    if (repair === 'apply' && repairs) await apply(io, auditor, repairs);
    return codes[report.verdict];
  } finally {
    await auditor.close();
  }
}

/** Runs until it is time to stop; answers the exit code of the last run. */
export async function auditEvery(options: Of<'every'>, io: Io): Promise<number> {
  const { intervalMs, windowMs, settleMs, json, metricsPort } = options;
  const stack: RunningStack = runningStack(io.env);
  const metrics = createMetrics('audit');
  const { observe, failed } = observeAudits(metrics);
  const server = metricsPort === undefined ? undefined : await listen(metrics, io, metricsPort);
  let last = codes.green;
  const auditing = startAuditing({
    stack,
    intervalMs,
    windowMs,
    settleMs,
    onReport(report) {
      last = codes[report.verdict];
      observe(report);
      say(io, report, json);
    },
    onFailure(error) {
      last = 2;
      failed();
      io.err.write(`audit: ${error.message}\n`);
    },
  });
  if (!io.stopping.aborted) await once(io.stopping, 'abort');
  await auditing.stop();
  server?.close();
  return last;
}

const Bind = Type.Object({ HOST: serviceSettings.HOST });

async function listen(metrics: MetricsRegistry, { env, err }: Io, port: number) {
  const { HOST } = loadConfig(Bind, env);
  try {
    const server = await serveMetrics(metrics, HOST, port);
    err.write(`metrics at http://${HOST}:${(server.address() as AddressInfo).port}/metrics\n`);
    return server;
  } catch (error) {
    throw new ToolFailure(`The metrics can not be served on ${HOST}:${port} (${(error as Error).message}): give another --metrics-port.`);
  }
}

async function apply({ err }: Io, { databases }: Auditor, repairs: readonly Proposal[]): Promise<void> {
  const published = await applyRepairs(databases, repairs).catch((error: Error) => {
    throw new ToolFailure(`the repair broke off (${error.message}): run it again, what was published has one effect however often.`);
  });
  const left = repairs.filter(({ publish }) => publish === undefined).length;
  const rest = left > 0 ? ` ${plural(left, 'finding')} left to a person: no call of theirs is safe to make without one.` : '';
  err.write(`${plural(published, 'event')} published again; run the audit anew.${rest}\n`);
}

function say({ out }: Io, report: AuditReport, json: boolean, repairs?: readonly Proposal[]): void {
  if (json) return void out.write(`${JSON.stringify({ ...report, ...(repairs && { repairs }) })}\n`);
  for (const line of [...linesOf(report), ...linesOfProposals(repairs ?? [])]) out.write(`${line}\n`);
  out.write(`audit: ${report.verdict}, in ${(report.durationMs / 1000).toFixed(1)} s\n`);
}

const PROGRESS_MS = 2000;

/** A line on stderr now and then, of runs that take long. */
function tellProgress({ err }: Io): RunOptions['onProgress'] {
  let next = performance.now() + PROGRESS_MS;
  return (what, done, total) => {
    if (performance.now() < next) return;
    next = performance.now() + PROGRESS_MS;
    err.write(`${what}: ${done.toLocaleString('en')} of about ${Math.max(done, total).toLocaleString('en')}\n`);
  };
}
