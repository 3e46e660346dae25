import { Refusal } from '@microshop/local/errors';
import type { Bench, OwnBench } from './bench.ts';
import { startForeignBench } from './foreign-bench.ts';
import type { BenchOptions } from './options.ts';
import { type Started, startOwnBench } from './own-bench.ts';
import { commitOfNow, machineOfNow } from './report/environment.ts';
import type { RunResult, ScenarioResult } from './report/result.ts';
import { linesOf } from './report/text.ts';
import type { Outcome, Scenario } from './scenarios/scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { warmUp } from './scenarios/warm-up.ts';

type Around = {
  signal: AbortSignal;
  /** Where profiles are left. */
  directory: string;
  say(line: string): void;
  /** Told after each scenario of all that have run, so that a long run which is stopped leaves what it has. */
  keep(run: RunResult): Promise<void>;
};

/** Runs the scenarios one after the other on one shop; whether every check held. */
export async function runBench(options: BenchOptions, around: Around): Promise<boolean> {
  const { say, keep } = around;
  const began = new Date();
  const machine = machineOfNow();
  const started = await start(options, around);
  const results: ScenarioResult[] = [];
  try {
    const tasks = chosen(options).map(([name, scenario]) => ({ name, scenario, run: runOf(started, name, scenario) }));
    let isWarm = !started.isOwn;
    for (const { name, scenario, run } of tasks) {
      say(`\n${name}: ${scenario.title}`);
      if (!scenario.isCold && !isWarm) await warmUp(started.bench);
      isWarm ||= !scenario.isCold;
      const result = await timed(name, scenario, run);
      for (const line of linesOf(result)) say(line);
      results.push(result);
      await keep({
        format: 1,
        startedAt: began.toISOString(),
        seconds: Math.round((Date.now() - began.getTime()) / 1000),
        options: { ...options },
        machine,
        versions: { node: process.version, ...started.servers },
        commit: commitOfNow(),
        scenarios: results,
      });
    }
  } finally {
    await started.close();
  }
  return results.every(({ checks }) => checks.every(({ holds }) => holds));
}

type AnyStarted = ({ isOwn: true } & Started<OwnBench>) | ({ isOwn: false } & Started<Bench>);

const start = async (options: BenchOptions, { signal, directory, say }: Around): Promise<AnyStarted> =>
  options.against === undefined
    ? { isOwn: true, ...(await startOwnBench(options, signal, say, directory)) }
    : { isOwn: false, ...(await startForeignBench(options, options.against, signal, say)) };

/** Those that were asked for; else the usual ones, as far as they can be measured on somebody else's shop. */
const chosen = ({ scenarios: asked, isFull, against }: BenchOptions): [name: string, scenario: Scenario][] =>
  Object.entries(scenarios).filter(
    ([name, { isUsual, on }]) => asked?.includes(name) ?? ((isFull || isUsual) && (against === undefined || on === 'any shop')),
  );

async function timed(scenario: string, { title }: Scenario, run: () => Promise<Outcome>): Promise<ScenarioResult> {
  const began = performance.now();
  const outcome = await run();
  return { scenario, title, seconds: Math.round((performance.now() - began) / 1000), ...outcome };
}

function runOf(started: AnyStarted, name: string, scenario: Scenario): () => Promise<Outcome> {
  if (scenario.on === 'any shop') return () => scenario.run(started.bench);
  if (started.isOwn) return () => scenario.run(started.bench);
  throw new Refusal(`${name} stops, starts and fills what it measures: leave out --against.`);
}
