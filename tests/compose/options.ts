import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run test:compose [-- OPTIONS]

Builds the images, brings docker-compose.yml up under a project and ports of its own, and shows that it sells, that no restart loses an order, that it
scales and that it keeps its data; then the same with three brokers and three databases, each of which is killed. Needs a Docker engine with compose.

  --short         without the cluster and without what takes longest
  --cluster       the cluster alone
  --if-possible   where there is no engine, or an image can not be had, says so and ends with 0
  --keep          leaves containers, volumes and images for a look at them

Exit codes: 0 all held, 1 something did not, 2 it could not be tried.`;

export type ComposeOptions = { extent: 'all' | 'short' | 'cluster'; isOptional: boolean; keep: boolean };

/** What is asked for; undefined for help. Throws what is wrong with the arguments. */
export function composeOptions(args: readonly string[]): ComposeOptions | undefined {
  const flag = { type: 'boolean', default: false } as const;
  const options = { short: flag, cluster: flag, 'if-possible': flag, keep: flag, help: flag };
  const { values } = parseArgs({ args: [...args], options });
  if (values.short && values.cluster) throw new Error('--short and --cluster exclude each other: leave one of them out.');
  const extent = values.short ? 'short' : values.cluster ? 'cluster' : 'all';
  return values.help ? undefined : { extent, isOptional: values['if-possible'], keep: values.keep };
}
