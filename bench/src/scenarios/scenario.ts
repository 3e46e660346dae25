import type { Bench, OwnBench } from '../bench.ts';
import type { ScenarioResult } from '../report/result.ts';

export type Outcome = Omit<ScenarioResult, 'scenario' | 'title' | 'seconds'>;

/** One thing to be measured. `isUsual`: part of a run that names none. `isCold`: of servers that were just started. */
export type Scenario = { readonly title: string; readonly isUsual: boolean; readonly isCold?: boolean } & (
  | { readonly on: 'any shop'; run(bench: Bench): Promise<Outcome> }
  | { readonly on: 'own stack'; run(bench: OwnBench): Promise<Outcome> }
);
