import { createTopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import { raisePartitions, readLayouts } from '@microshop/chassis/kafka/topic-layout';
import { topics } from '@microshop/contracts';
import { connectBroker } from './broker.ts';
import { openDatabases } from './databases.ts';
import { plural } from './dlt/words.ts';
import { ToolFailure } from './failure.ts';
import { contractPartitions, linesOf, obstacles, tooFew } from './partitions/raise.ts';
import { type RunningStack, runningStack } from './running-stack.ts';

const USAGE = `Usage: npm run partitions [-- raise]

Shows how each topic lies on the brokers. With raise, gives topics the partitions that the contract says, where they have fewer; only while no service
runs and nothing is under way, for a key may then be in another partition. docs/scaling.md has the steps around it.

Exit codes: 0 done, 1 something is in the way and nothing was changed, 2 bad usage, or Kafka or MongoDB can not be reached.`;

const CLIENT = 'partitions';

async function show(stack: RunningStack): Promise<number> {
  const contract = contractPartitions(topics);
  process.stdout.write(`${linesOf(await readLayouts(stack, [...contract.keys()]), contract).join('\n')}\n`);
  return 0;
}

async function raise(stack: RunningStack): Promise<number> {
  const contract = contractPartitions(topics);
  const counts = tooFew(await readLayouts(stack, [...contract.keys()]), contract);
  if (counts.size === 0) {
    process.stdout.write('Every topic has the partitions that the contract says.\n');
    return 0;
  }
  const found = await inTheWay(stack);
  if (found.length > 0) {
    process.stderr.write(`partitions: nothing was changed: ${found.join('; ')}. docs/scaling.md says what comes first.\n`);
    return 1;
  }
  await raisePartitions(stack, counts);
  process.stdout.write(
    `${plural(counts.size, 'topic')} raised: ${[...counts].map(([topic, count]) => `${topic} to ${count}`).join(', ')}.\n`,
  );
  return 0;
}

async function inTheWay(stack: RunningStack): Promise<string[]> {
  const broker = connectBroker(stack, CLIENT);
  const inspector = createTopicInspector({ ...stack, clientId: CLIENT });
  const databases = await openDatabases(stack, CLIENT);
  try {
    return await obstacles(databases, broker, inspector);
  } finally {
    await Promise.all([databases.close(), inspector.stop(), broker.stop()]);
  }
}

async function main(args: readonly string[]): Promise<number> {
  try {
    if (args.length === 0) return await show(runningStack(process.env));
    if (args.length === 1 && args[0] === 'raise') return await raise(runningStack(process.env));
    const isHelp = args.includes('--help') || args.includes('-h');
    process.stdout.write(`${USAGE}\n`);
    return isHelp ? 0 : 2;
  } catch (error) {
    const { message } = error as Error;
    process.stderr.write(`partitions: ${error instanceof ToolFailure ? message : `broke off (${message}): run it again.`}\n`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
