import type { Outcome } from '@microshop/chassis/consumer/batch-consumer';
import { outboxCollection } from '@microshop/chassis/outbox/outbox';
import { type Random, randomFrom, seedOf } from '@microshop/chassis/testing/random';
import type { ServiceName } from '@microshop/contracts';
import { createDelivery, type Delivery } from './check/delivery.ts';
import { createSafety } from './check/safety.ts';
import type { Report, Violation } from './check/violation.ts';
import { type Instance, startInstance } from './instance.ts';
import type { Mutation } from './mutation.ts';
import { type Scenario, services } from './scenario.ts';
import { stockShop } from './stock-shop.ts';
import { createTally, type Tally } from './tally.ts';
import { createSimBroker, type SimBroker } from './world/broker.ts';
import { type Change, createDatabase, type Database } from './world/database.ts';
import { createFaultPlan, type FaultPlan, type Happening } from './world/faults.ts';
import { headerText } from './world/header-text.ts';
import { createLife, createScheduler, type Life, type Scheduler } from './world/scheduler.ts';
import { createTrace, inWords, type Trace } from './world/trace.ts';

/** Told to a client: the order is there and, where it was said, in this final status. */
export type Told = { orderId: string; status?: 'cancelled' | 'fulfilled' };

export type World = {
  scenario: Scenario;
  scheduler: Scheduler;
  random: Random;
  trace: Trace;
  tally: Tally;
  databases: Record<ServiceName, Database>;
  broker: SimBroker;
  delivery: Delivery;
  faults: FaultPlan;
  /** Ids of records that no service has sent. */
  foreign: Set<string>;
  told: Told[];
  readonly violation: Violation | undefined;
  report: Report;
  newId: () => string;
  /** Instances that can be called now. */
  living(service: ServiceName): Instance[];
  /** Runs when the life of this instance is over. */
  whenOver(instance: Instance, run: () => void): void;
  happen(happening: Happening): void;
  /** Everyone lives, nobody is paused, nothing fails any more. */
  heal(): void;
};

/** After this a process that stops is killed. */
const STOP_MS = 10_000;
const BEGINNING = Date.UTC(2026, 0, 1);

/** The three services on a fake broker and fake databases, with everything that is to happen to them. */
export function createWorld(scenario: Scenario, mutation: Mutation, keepTrace: boolean): World {
  const { seed, rules } = scenario;
  const random = randomFrom(seedOf(seed, 2));
  const ids = randomFrom(seedOf(seed, 3));
  const trace = createTrace(keepTrace, () => scheduler.now);
  const scheduler = createScheduler(random, trace.note);
  const world = createLife('world');
  const tally = createTally();
  const slots = services.flatMap((service) => Array.from({ length: scenario.instances[service] }, (_, index) => ({ service, index })));
  const instances = new Map<string, Instance>();
  const endings = new Map<Life, (() => void)[]>();
  let violation: Violation | undefined;
  let lives = 0;

  const report: Report = (found) => {
    if (violation) return;
    violation = found;
    trace.note(`VIOLATED ${found.invariant}: ${found.text}`);
  };
  const trueTime = () => new Date(BEGINNING + scheduler.now);
  const newIdAt = (skewMs: number) => () => {
    const time = (BEGINNING + scheduler.now + skewMs).toString(16).padStart(12, '0');
    const noise = [0, 0]
      .map(() =>
        Math.floor(ids.next() * 2 ** 32)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('');
    return `${time.slice(0, 8)}-${time.slice(8)}-7${noise.slice(0, 3)}-8${noise.slice(3, 6)}-${noise.slice(4)}`;
  };

  const safety = createSafety(scenario, report);
  const delivery = createDelivery(
    () => databases['order-svc'],
    () => scheduler.steps,
    report,
  );
  const commitOf = (service: ServiceName) => (changes: readonly Change[]) => {
    tally.committed(changes);
    for (const { collection, id, before, after } of changes) {
      trace.note(`${service} ${collection} ${id.length > 40 ? id.slice(0, 40) : id}`);
      trace.detail(() => `${service}: ${collection} ${id.replace('\n', ' ')} ${inWords(before)} -> ${inWords(after)}`);
      if (collection === outboxCollection.name && !before) wakeOthers(service);
      if (service === 'order-svc' && collection === 'orders')
        delivery.settled({ collection, id, before, after }, lifeOf(scheduler.current));
    }
    safety.check(service, changes);
  };
  const databases = Object.fromEntries(
    services.map((service) => [service, createDatabase(commitOf(service), () => tally.count('conflicts'))]),
  ) as Record<ServiceName, Database>;

  const broker = createSimBroker({
    scheduler,
    random,
    world,
    partitions: scenario.partitions,
    batch: scenario.batch,
    now: trueTime,
    onAppend(log, stored) {
      trace.detail(
        () =>
          `${log.topic}/${log.partition}@${stored.record.offset}: ${headerText(stored.sent, 'ce_type')} ${headerText(stored.sent, 'ce_id')} ${String(stored.sent.value)}`,
      );
      delivery.appended(log.topic, stored);
    },
    onDeliver(group, log, stored) {
      for (const { sent, record } of stored) {
        tally.delivered(group, `${log.topic}${headerText(sent, 'ce_id')}`);
        trace.detail(
          () => `${group} gets ${headerText(sent, 'ce_type')} from ${log.topic}/${log.partition}@${record.offset}: ${String(sent.value)}`,
        );
      }
    },
  });
  const faults = createFaultPlan(scenario.faults, ({ service, at, fault }) => {
    tally.count(`fault: ${at} ${fault}`);
    trace.note(`FAULT ${service} ${at}: ${fault}`);
  });

  // A bell tells other instances of a commit; it may be missed.
  function wakeOthers(service: ServiceName) {
    if (!rules.wakes || random.chance(0.2)) return;
    for (const { view, hear } of living(service)) scheduler.after(view.life, 5, 'hears of a commit', hear);
  }

  const lifeOf = (life: Life | undefined) => life?.name ?? '';
  const nameOf = (service: ServiceName, index: number) => `${service}/${index}`;
  const living = (service: ServiceName) =>
    slots.flatMap(({ service: of, index }) => (of === service ? (instances.get(nameOf(service, index)) ?? []) : []));

  function start(service: ServiceName, index: number) {
    const name = nameOf(service, index);
    if (instances.has(name)) return;
    const skewMs = random.between(-rules.skewMs, rules.skewMs);
    const life = createLife(`${name}#${++lives}`);
    const view = { service, life, scheduler, faults };
    const clock = { now: () => new Date(BEGINNING + scheduler.now + skewMs) };
    const observe = (outcomes: readonly Outcome[]) => tally.observed(outcomes);
    const onMark = () => delivery.marked(life.name);
    const around = { scenario, database: databases[service], broker, mutation, clock, trueTime, newId: newIdAt(skewMs), observe, onMark };
    instances.set(name, startInstance(view, around));
  }

  /** It is called no more; it may still be at work. */
  function takeAway(service: ServiceName, index: number, ms: number): Instance | undefined {
    const name = nameOf(service, index);
    const instance = instances.get(name);
    if (!instance) return undefined;
    instances.delete(name);
    scheduler.after(world, ms, `starts ${name}`, () => start(service, index));
    return instance;
  }

  function end({ view: { life } }: Instance) {
    if (!life.alive) return;
    scheduler.end(life);
    broker.leave(life);
    for (const run of endings.get(life) ?? []) run();
  }

  function crash(service: ServiceName, index: number, ms: number) {
    const instance = takeAway(service, index, ms);
    if (!instance) return;
    tally.count('crashes');
    trace.note(`CRASH ${instance.view.life.name}`);
    end(instance);
  }

  function stop(service: ServiceName, index: number, ms: number) {
    const instance = takeAway(service, index, ms);
    if (!instance) return;
    tally.count('stops');
    trace.note(`STOP ${instance.view.life.name}`);
    void instance.stop().then(() => end(instance));
    scheduler.after(world, STOP_MS, `has no more patience with ${instance.view.life.name}`, () => end(instance));
  }

  function pause(service: ServiceName, index: number, ms: number) {
    const life = instances.get(nameOf(service, index))?.view.life;
    if (!life || life.paused) return;
    tally.count('pauses');
    trace.note(`PAUSE ${life.name}`);
    life.paused = true;
    scheduler.after(world, ms, `lets ${life.name} go on`, () => {
      life.paused = false;
    });
    // Longer than its session: the group goes on without it, and it does not know.
    if (ms >= 10_000 || random.chance(0.3)) broker.fence(service);
  }

  stockShop(databases, scenario, trueTime());
  for (const { service, index } of slots) start(service, index);

  return {
    scenario,
    scheduler,
    random,
    trace,
    tally,
    databases,
    broker,
    delivery,
    faults,
    foreign: new Set(),
    told: [],
    get violation() {
      return violation;
    },
    report,
    newId: newIdAt(0),
    living,
    whenOver: ({ view }, run) => void endings.getOrInsertComputed(view.life, () => []).push(run),
    happen(happening) {
      switch (happening.do) {
        case 'crash':
          return crash(happening.service, happening.instance % scenario.instances[happening.service], happening.ms);
        case 'pause':
          return pause(happening.service, happening.instance % scenario.instances[happening.service], happening.ms);
        case 'stop':
          return stop(happening.service, happening.instance % scenario.instances[happening.service], happening.ms);
        case 'outage':
          tally.count('outages');
          for (const { service, index } of slots) if (service === happening.service) crash(service, index, happening.ms);
          return;
        case 'stall':
          tally.count('stalls');
          trace.note(`STALL ${happening.service} ${happening.ms}`);
          return broker.stall(happening.service, happening.ms);
        case 'fence':
          tally.count('fences');
          trace.note(`FENCE ${happening.service}`);
          return broker.fence(happening.service);
        case 'rewind':
          tally.count('rewinds');
          trace.note(`REWIND ${happening.service}`);
          return broker.rewind(happening.service, happening.by);
        case 'jump':
          tally.count('jumps');
          trace.note(`JUMP ${happening.ms}`);
          return scheduler.jump(happening.ms);
        default:
          return happening satisfies never;
      }
    },
    heal() {
      trace.note('HEALED');
      faults.heal();
      for (const { service, index } of slots) {
        start(service, index);
        const life = instances.get(nameOf(service, index))?.view.life;
        if (life) life.paused = false;
      }
    },
  };
}
