import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { randomFrom, seedOf } from '@microshop/chassis/testing/random';
import { holds } from '@microshop/inventory-svc/application/collections';
import { orders } from '@microshop/order-svc/application/collections';
import { violationsAtRest } from './check/at-rest.ts';
import type { Violation } from './check/violation.ts';
import { runClient } from './clients.ts';
import type { Mutation } from './mutation.ts';
import { type Scenario, services } from './scenario.ts';
import { createWorld, type World } from './world.ts';

export type Played = {
  seed: number;
  violation: Violation | undefined;
  /** Equal for equal runs. */
  hash: string;
  steps: number;
  counts: Readonly<Record<string, number>>;
  /** Every step, when it was asked for. */
  trace: readonly string[];
};

export type PlayOptions = { mutation?: Mutation; keepTrace?: boolean };

/** Faults end here, if the shop is not at rest long before. */
const FAULTY_STEPS = 2500;
const MOST_STEPS = 12_000;
/** Longer than every timeout of a scenario, the relay's look at what is stuck included. */
const REST_MS = 400_000;

/** One run: the scenario with its faults until all is at rest, the invariants, then every topic again from the beginning. */
export async function play(scenario: Scenario, { mutation = {}, keepTrace = false }: PlayOptions = {}): Promise<Played> {
  const restore = seedMath(scenario.seed);
  const world = createWorld(scenario, mutation, keepTrace);
  try {
    await runToRest(world);
    if (!world.violation) for (const violation of violationsAtRest(world)) world.report(violation);
    if (!world.violation) await replayEverything(world);
    return {
      seed: scenario.seed,
      violation: world.violation,
      hash: world.trace.hash,
      steps: world.scheduler.steps,
      counts: world.tally.counts,
      trace: world.trace.steps,
    };
  } finally {
    world.scheduler.endAll();
    restore();
  }
}

/** Jitter is drawn from Math.random, which is no port: for the time of a run it follows from the seed. Stacks cost a third of the time. */
function seedMath(seed: number): () => void {
  const [{ random }, { stackTraceLimit }] = [Math, Error];
  Math.random = randomFrom(seedOf(seed, 4)).next;
  Error.stackTraceLimit = 0;
  return () => {
    Math.random = random;
    Error.stackTraceLimit = stackTraceLimit;
  };
}

async function runToRest(world: World): Promise<void> {
  let atWork = world.scenario.clients.length;
  world.scenario.clients.forEach((client, index) => {
    void runClient(client, index, world).then(() => atWork--);
  });
  const happenings = Map.groupBy(world.scenario.happenings, ({ step }) => step);
  let healedAt: number | undefined;
  for (;;) {
    await world.scheduler.settle();
    if (world.violation) return;
    const { steps } = world.scheduler;
    if (healedAt === undefined) for (const happening of happenings.get(steps) ?? []) world.happen(happening);
    if (atWork === 0 && isAtRest(world)) return;
    if (healedAt === undefined && steps > FAULTY_STEPS) {
      world.heal();
      healedAt = world.scheduler.now;
    }
    if (steps > MOST_STEPS || (healedAt !== undefined && world.scheduler.now > healedAt + REST_MS))
      return world.report(unrest(world, atWork));
    world.scheduler.step();
  }
}

const isAtRest = (world: World): boolean => !world.scheduler.isBusy && !world.broker.isBusy && underWay(world).length === 0;

function underWay({ databases, broker, living, scenario }: World): { text: string; orderId?: string }[] {
  const found: { text: string; orderId?: string }[] = [];
  for (const service of services) {
    if (living(service).length < scenario.instances[service]) found.push({ text: `${service} is away` });
    if (living(service).some(({ view }) => view.life.paused)) found.push({ text: `${service} is paused` });
    if (broker.lag(service) > 0) found.push({ text: `${service} has ${broker.lag(service)} records to read` });
    const rows = databases[service].where(outboxCollection, ({ pending }) => pending === true);
    if (rows.length > 0) found.push({ text: `${rows.length} outbox rows of ${service} are not published` });
  }
  // A hold that is claimed stays, one that is not has yet to expire.
  const held = databases['inventory-svc'].where(holds, ({ status }) => status === 'held');
  if (held.length > 0) found.push({ text: `${held.length} holds have yet to expire` });
  for (const { orderId } of databases['order-svc'].where(orders, ({ status }) => status === 'pending'))
    found.push({ text: `${orderId} is pending`, orderId });
  return found;
}

function unrest(world: World, atWork: number): Violation {
  const found = [
    ...underWay(world),
    ...(atWork > 0 ? [{ text: `${atWork} clients wait` }] : []),
    ...(world.broker.isBusy ? [{ text: 'a consumer is at work' }] : []),
  ];
  const orderId = found.find((each) => each.orderId)?.orderId;
  return { invariant: '8 liveness: all comes to rest', text: found.map(({ text }) => text).join(', '), ...(orderId && { orderId }) };
}

/** Every event once more, to everyone: nothing may change, but who holds leases. */
async function replayEverything(world: World): Promise<void> {
  const before = services.map((service) => world.databases[service].moment);
  world.heal();
  world.broker.deliverAtOnce();
  for (const service of services) world.broker.rewind(service, Number.POSITIVE_INFINITY);
  const until = world.scheduler.steps + MOST_STEPS;
  for (;;) {
    await world.scheduler.settle();
    if (world.violation) return;
    if (isAtRest(world)) break;
    if (world.scheduler.steps > until) return world.report({ ...unrest(world, 0), invariant: '8 liveness: a replay comes to rest' });
    world.scheduler.step();
  }
  const changed = services.flatMap((service, index) => world.databases[service].changedSince(before[index] as number));
  const [first] = changed.filter(({ collection }) => collection !== 'leases');
  if (first) {
    const text = `${first.collection} ${first.id} was ${JSON.stringify(first.before)} and is ${JSON.stringify(first.after)}`;
    world.report({ invariant: '9 replay: every event again changes nothing', text });
  }
}
