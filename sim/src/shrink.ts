import type { Violation } from './check/violation.ts';
import type { Scenario } from './scenario.ts';

export type Fails = (scenario: Scenario) => Promise<Violation | undefined>;

const lists = ['happenings', 'faults', 'clients'] as const;

/** Leaves out whatever of a scenario its violation does not need, in halves and then one by one, in at most so many runs. */
export async function shrink(scenario: Scenario, { invariant }: Violation, fails: Fails, runs = 400): Promise<Scenario> {
  let smallest = scenario;
  let left = runs;

  async function accept(candidate: Scenario): Promise<boolean> {
    if (left-- <= 0 || (await fails(candidate))?.invariant !== invariant) return false;
    smallest = candidate;
    return true;
  }

  async function shorten(list: (typeof lists)[number]): Promise<void> {
    for (let size = Math.ceil(smallest[list].length / 2); size >= 1; size = Math.floor(size / 2))
      for (let at = 0; at < smallest[list].length; ) {
        const without = { ...smallest, [list]: (smallest[list] as unknown[]).toSpliced(at, size) };
        if (!(await accept(without))) at += size;
      }
  }

  for (let before = Number.POSITIVE_INFINITY; sizeOf(smallest) < before && left > 0; ) {
    before = sizeOf(smallest);
    for (const list of lists) await shorten(list);
  }
  for (const service of Object.keys(scenario.instances) as (keyof Scenario['instances'])[])
    if (smallest.instances[service] > 1) await accept({ ...smallest, instances: { ...smallest.instances, [service]: 1 } });
  return smallest;
}

const sizeOf = ({ happenings, faults, clients }: Scenario): number => happenings.length + faults.length + clients.length;
