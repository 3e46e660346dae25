import type { BatchControl, PartitionBatch } from '@microshop/chassis/kafka/broker';
import { randomFrom } from '@microshop/chassis/testing/random';
import { expect, test } from 'vitest';
import { createSimBroker } from './broker.ts';
import { createFaultPlan, type PortFault } from './faults.ts';
import { createLife, createScheduler } from './scheduler.ts';

type Onward = (batch: PartitionBatch, control: BatchControl) => Promise<void>;

/** One partition, one group; steps until nobody can go on. */
function createStage(faults: PortFault[] = []) {
  const scheduler = createScheduler(randomFrom(1), () => undefined);
  const broker = createSimBroker({
    scheduler,
    random: randomFrom(2),
    world: createLife('world'),
    partitions: 1,
    batch: 10,
    now: () => new Date(0),
    onAppend: () => undefined,
    onDeliver: () => undefined,
  });
  const plan = createFaultPlan(faults, () => undefined);
  const viewOf = (name: string) => ({ service: 'order-svc' as const, life: createLife(name), scheduler, faults: plan });
  async function run() {
    for (let step = 0; step < 200; step++) {
      await scheduler.settle();
      scheduler.step();
    }
  }
  const join = (name: string, onBatch: Onward) => {
    const view = viewOf(name);
    void broker.of(view).consume({ group: 'order-svc', topics: ['t'], onBatch });
    return view;
  };
  return { scheduler, broker, viewOf, join, run, send: (value: string) => broker.append([{ topic: 't', key: 'k', value, headers: {} }]) };
}

const valuesOf = ({ records }: PartitionBatch) => records.map(({ value }) => Buffer.from(value ?? []).toString());
const last = ({ records }: PartitionBatch) => records.at(-1)?.offset ?? '';

test('what was not handled comes again to who lives on', async () => {
  const { broker, join, run, send, scheduler } = createStage();
  const got: string[] = [];
  const dying = join('dying', async () => new Promise(() => undefined));
  send('one');
  await run();
  scheduler.end(dying.life);
  join('living', async (batch, control) => {
    got.push(...valuesOf(batch));
    control.handled(last(batch));
  });
  broker.leave(dying.life);
  await run();

  expect(got).toEqual(['one']);
  expect(broker.lag('order-svc')).toBe(0);
});

test('a fenced member works on, and its offset is not taken', async () => {
  const { broker, join, run, send } = createStage();
  const got: string[] = [];
  let release = () => {};
  join('slow', async (batch, control) => {
    got.push(...valuesOf(batch));
    if (got.length === 1) await new Promise<void>((resolve) => (release = resolve));
    control.handled(last(batch));
  });
  send('one');
  await run();
  broker.fence('order-svc');
  await run();
  expect(got).toEqual(['one', 'one']);
  release();
  await run();

  expect(broker.lag('order-svc')).toBe(0);
});

test.each([
  ['away', []],
  ['answer lost', ['one']],
  ['late', ['one']],
] as const)('a send that fails as %s leaves %j on the topic', async (fault, values) => {
  const { broker, viewOf, run } = createStage([{ at: 'send', service: 'order-svc', nth: 0, fault }]);
  const outcome = broker
    .of(viewOf('sender'))
    .send([{ topic: 't', key: 'k', value: 'one', headers: {} }])
    .then(
      () => 'sent',
      () => 'failed',
    );
  await run();

  expect(await outcome).toBe('failed');
  expect(broker.logs('t')[0]?.stored.map(({ sent }) => sent.value)).toEqual(values);
});
