import { type ServiceName, topics } from '@microshop/contracts';
import { services } from '../run-folder.ts';
import type { CrashPoint } from '../service/crash-points.ts';
import { crashPoints } from '../service/crash-points.ts';
import type { FaultKind, Field, PlannedFault } from './fault.ts';
import { instancesOf, readyInTime } from './process-faults.ts';
import { poison } from './topic-faults.ts';

const POLL_MS = 200;
/** Past every order's time. */
const LATE_MS = 60_000;
/** Some orders come meanwhile. */
const SILENCE_MS = 3000;

/** Where a point is in several services, the target says which. */
export const crashPoint: FaultKind = {
  says: 'SIGKILL of an instance by itself, at a named point between two steps',
  targets: services,
  // How long it waits for the point to be passed.
  lengthMs: [15_000, 15_000],
  needs: instancesOf,
  async strike(planned, field) {
    const { fault, target, lengthMs, detail } = planned;
    const { cluster, pause, crashHits, signal } = field;
    const instances = cluster.of(target as ServiceName);
    const point = String(detail.point);
    await readyInTime(field, instances);
    for (const instance of instances) instance.tell({ order: 'arm', arming: fault, point, pass: Number(detail.pass) });
    try {
      const calm = await provoke(crashPoints[point]?.provokedBy, planned, field);
      let hit: { instance: string } | undefined;
      for (let waited = 0; !hit && waited < lengthMs && !signal.aborted; waited += POLL_MS) {
        await pause(POLL_MS);
        hit = (await crashHits()).find(({ arming }) => arming === fault);
      }
      calm();
      return hit && { seen: `${hit.instance} died ${point}` };
    } finally {
      for (const instance of instances) instance.tell({ order: 'disarm' });
    }
  },
};

/** Makes the point come to pass; the answer ends what was done for it. */
async function provoke(by: CrashPoint['provokedBy'], planned: PlannedFault, field: Field): Promise<() => void> {
  const { random } = field;
  switch (by) {
    case 'poison': {
      const heard = topics.filter(({ consumers }) => consumers.includes(planned.target as ServiceName));
      await poison.strike({ ...planned, target: random.pick(heard).name }, field);
      return () => undefined;
    }
    case 'silence':
      return silence(field);
    case undefined:
      return () => undefined;
    default:
      return by satisfies never;
  }
}

/** No answers about points, and then a clock that says that it is too late for the orders that wait for them. */
async function silence({ cluster, pause }: Field): Promise<() => void> {
  const loyaltyHears = (kind: 'black-hole' | 'pass') => {
    for (const { paths } of cluster.of('loyalty-svc')) paths.kafka.become({ kind });
  };
  const clocksShift = (ms: number) => {
    for (const instance of cluster.of('order-svc')) instance.tell({ order: 'shift clock', ms });
  };
  loyaltyHears('black-hole');
  await pause(SILENCE_MS);
  clocksShift(LATE_MS);
  return () => {
    loyaltyHears('pass');
    clocksShift(0);
  };
}
