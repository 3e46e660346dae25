import type { Broker, Consumption } from '@microshop/chassis/kafka/broker';
import type { TopicInspector } from '@microshop/chassis/kafka/inspect-topics';
import type { Running } from '@microshop/chassis/lifecycle';
import type { Logger } from '@microshop/chassis/logger';
import { every } from '@microshop/chassis/periodic';
import type { RunInTransaction } from '@microshop/chassis/store/unit-of-work';
import type { Generations, ProjectionState } from '../persistence/generations.ts';
import { type Projection, projectionOf } from './collections.ts';
import { type Changes, createProjector, groupOf } from './projector.ts';

export type FollowOptions = {
  /** Has to be asked until it works: the driver gives a client up whose first connection failed. */
  connectDatabase(): Promise<unknown>;
  generations: Generations;
  broker: Pick<Broker, 'consume'>;
  inspector: Pick<TopicInspector, 'forgetGroup'>;
  transact: RunInTransaction;
  logger: Logger;
  onCommit?: (changes: Changes) => void;
};

export type Following = Running & {
  /** The documents that are shown. */
  projection(): Projection;
  state(): ProjectionState | undefined;
  isAssigned(): boolean;
};

const LOOK_MS = 1000;

/** Keeps the shown generation up to date, and goes over to the next one when a rebuild, here or in another process, has finished it. */
export function followProjection({
  connectDatabase,
  generations,
  broker,
  inspector,
  transact,
  logger,
  onCommit,
}: FollowOptions): Following {
  let state: ProjectionState | undefined;
  let shown = projectionOf(1);
  let consumption: Consumption | undefined;

  async function look(): Promise<void> {
    if (!consumption) await connectDatabase();
    const seen = await generations.read();
    if (!consumption || seen.current !== shown.generation) await goOverTo(seen);
    else state = seen;
  }

  async function goOverTo(next: ProjectionState): Promise<void> {
    await generations.prepare(next.current);
    await consumption?.stop();
    // Until there is a new one it is asked for with each look.
    consumption = undefined;
    shown = projectionOf(next.current);
    state = next;
    consumption = await broker.consume(createProjector({ projection: shown, transact, ...(onCommit && { onCommit }) }));
    for (const old of await generations.removeOld()) await inspector.forgetGroup(groupOf(old));
  }

  const looking = every(LOOK_MS, 'follow the projection', logger, look);
  return {
    projection: () => shown,
    state: () => state,
    isAssigned: () => consumption?.isAssigned() === true,
    async stop() {
      await looking.stop();
      await consumption?.stop();
    },
  };
}
