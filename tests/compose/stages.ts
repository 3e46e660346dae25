import { pollUntil } from '@microshop/local/poll';
import { showOversell } from '@microshop/tools/demo/oversell';
import { seconds } from '@microshop/tools/demo/words';
import { CommandFailure, runCommand } from './command.ts';
import { root } from './engine.ts';
import { sellThrough } from './load.ts';
import { type Project, services } from './project.ts';

/** Does one thing to the shop and answers in words what was seen; fails when the shop did not do what it promises. */
export type Stage = { name: string; run(): Promise<string> };

const SCALED = 3;

/** One of each: what docker-compose.yml brings up. */
export function stagesOfOne(project: Project, isShort: boolean): Stage[] {
  const stages: Stage[] = [
    { name: 'up', run: () => bringUp(project) },
    { name: 'smoke test', run: () => smoke(project) },
    { name: 'demo data, and the way of an order', run: () => followOneOrder(project) },
    { name: 'race for the last units', run: () => race(project) },
    { name: 'restart the broker', run: () => restart(project, 'kafka') },
    { name: 'restart the database', run: () => restart(project, 'mongo') },
    ...services.map((service) => ({ name: `replace ${service}`, run: () => replace(project, service) })),
    { name: `scale inventory-svc to ${SCALED}`, run: () => scaleOut(project) },
    { name: 'down, and up with its data', run: () => comeBack(project) },
  ];
  const long = ['restart the database', 'replace inventory-svc', 'replace console'];
  return isShort ? stages.filter(({ name }) => !long.includes(name)) : stages;
}

/** Three brokers and three databases: what docker-compose.cluster.yml makes of it. */
export const stagesOfCluster = (project: Project): Stage[] => [
  { name: 'cluster: up', run: () => bringUp(project) },
  { name: 'cluster: smoke test', run: () => smoke(project) },
  ...['kafka', 'kafka-2', 'kafka-3', 'mongo', 'mongo-2', 'mongo-3'].map((node) => ({
    name: `cluster: kill ${node}`,
    run: () => killOne(project, node),
  })),
];

async function bringUp(project: Project): Promise<string> {
  await project.up();
  const running = (await project.compose('ps', '--services')).trim().split('\n');
  return `${running.length} containers, each ready`;
}

async function smoke({ env, log, signal }: Project): Promise<string> {
  const quick = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'quick'];
  const said = await runCommand(process.execPath, quick, { cwd: root, env: { ...env, NO_COLOR: '1' }, log, signal });
  return `test:quick: ${/Tests +(\d+ passed)/.exec(said)?.[1] ?? 'passed'}`;
}

async function followOneOrder(project: Project): Promise<string> {
  await project.tool('seed');
  const shop = await project.shop();
  const { orderId = 'none', status } = await eventually(project, 'The demo data can be ordered', () =>
    shop.order([{ sku: 'MUG-BLUE', quantity: 1 }]),
  );
  const events = await project.tool('events', orderId);
  const missing = ['OrderRequested', 'StockReserved', 'PointsDeducted', 'OrderConfirmed'].filter((type) => !events.includes(type));
  if (status !== 'confirmed' || missing.length > 0)
    throw new Error(`The order ${orderId} is ${status}; of its events there is no ${missing}.`);
  await audit(project);
  return 'loaded in the container; its events are on the topics';
}

async function race(project: Project): Promise<string> {
  const said: string[] = [];
  const isRight = await showOversell(await project.shop(), (line) => said.push(line.trim()));
  if (!isRight) throw new Error(said.join('\n'));
  await audit(project);
  return said.find((line) => line.includes('confirmed')) ?? '';
}

/** Orders go on while it happens, and all agrees afterwards. */
async function selling(project: Project, disturb: Parameters<typeof sellThrough>[1]): Promise<string> {
  const seen = await sellThrough(await project.shop(), disturb);
  await audit(project);
  return seen;
}

const restart = (project: Project, part: string) =>
  selling(project, async () => {
    await project.compose('restart', part);
    await project.up();
  });

/** As a release does: another container in its place. */
const replace = (project: Project, service: string) => selling(project, () => project.up('--no-deps', '--force-recreate', service));

async function scaleOut(project: Project): Promise<string> {
  await selling(project, () => project.up('--no-deps', '--scale', `inventory-svc=${SCALED}`, 'inventory-svc'));
  const shares = await eventually(project, 'inventory-svc shares its topics', async () => {
    const partitions = await sharesOf(project, 'inventory-svc');
    if (partitions.length !== SCALED || partitions.includes(0)) throw new Error(`its members have ${partitions.join(', ')} partitions`);
    return partitions;
  });
  const raced = await race(project);
  const seen = await selling(project, async () => {
    const [container = ''] = (await project.compose('ps', '--quiet', 'inventory-svc')).split('\n');
    await runCommand('docker', ['kill', container], { log: project.log });
  });
  await project.up('--no-deps', '--scale', 'inventory-svc=1', 'inventory-svc');
  return `${shares.join(' + ')} partitions; ${raced}; one of them killed: ${seen}`;
}

/** How many partitions each member of a group has. */
async function sharesOf(project: Project, group: string): Promise<number[]> {
  const tool = ['/opt/kafka/bin/kafka-consumer-groups.sh', '--bootstrap-server', 'kafka:19092'];
  const said = await project.compose('exec', '-T', 'kafka', ...tool, '--describe', '--members', '--group', group);
  return said
    .split('\n')
    .filter((line) => line.startsWith(`${group} `))
    .map((line) => Number(line.trim().split(/\s+/).at(-1)));
}

async function comeBack(project: Project): Promise<string> {
  const before = await project.shop();
  const sku = await before.product('Kept', 5);
  const { orderId = 'none' } = await before.order([{ sku, quantity: 2 }]);
  const kept = await before.levelAtRest(sku);
  await project.end();
  await project.up();
  const after = await project.shop();
  const level = await after.levelAtRest(sku);
  const events = await project.tool('events', orderId);
  if (JSON.stringify(level) !== JSON.stringify(kept) || !events.includes('OrderConfirmed'))
    throw new Error(`Before ${JSON.stringify(kept)}, afterwards ${JSON.stringify(level)}; the events of ${orderId}:\n${events}`);
  const { status } = await after.order([{ sku, quantity: 3 }]);
  if (status !== 'confirmed') throw new Error(`An order for the rest of ${sku} is ${status}.`);
  await audit(project);
  return 'stock, orders and events are there, and it sells on';
}

/** While the node is away the shop sells; then it comes back, and the next one may die. */
async function killOne(project: Project, node: string): Promise<string> {
  let away = '';
  const seen = await selling(project, async (order) => {
    await project.compose('kill', node);
    const { status, ms } = await order();
    away = `an order while it was away is ${status} after ${seconds(ms)}`;
    await project.up();
    await eventually(project, 'Each partition has all its copies', () => whole(project));
  });
  return `${away}; ${seen}`;
}

async function whole(project: Project): Promise<true> {
  const tool = ['/opt/kafka/bin/kafka-topics.sh', '--bootstrap-server', 'kafka:19092,kafka-2:19092,kafka-3:19092'];
  const behind = await project.compose('exec', '-T', 'kafka', ...tool, '--describe', '--under-replicated-partitions');
  if (behind.includes('Topic:')) throw new Error(`behind are\n${behind}`);
  return true;
}

const VIOLATED = 1;

/** Every invariant holds, with nothing under way. What can not be asked yet, just after a broker has come back, is asked again. */
async function audit(project: Project): Promise<void> {
  const verdict = await eventually(project, 'The audit says whether all agrees', () =>
    project.tool('audit', '--at-rest').then(
      () => 'green' as const,
      (error: unknown) => {
        if (error instanceof CommandFailure && error.code === VIOLATED) return error;
        throw error;
      },
    ),
  );
  if (verdict !== 'green') throw verdict;
}

const eventually = <T>({ signal }: Project, what: string, ask: () => Promise<T>): Promise<T> =>
  pollUntil(ask, { signal, timeoutMs: 60_000, everyMs: 500, what });
