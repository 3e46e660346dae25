import type { ServiceName } from '@microshop/contracts';
import { type Instance, NOT_RUNNING } from '../cluster/instance.ts';
import { services } from '../run-folder.ts';
import type { FaultKind, Field } from './fault.ts';

export const regularNames = services.flatMap((service) => [`${service}-1`, `${service}-2`]);
/** What a fault of all instances of a service keeps others from. */
export const instancesOf = (service: string) => [1, 2, 3].map((number) => `${service}-${number}`);

const READY_WITHIN_MS = 20_000;

/** Waits, for a while, until there is something to strike at: a service that is still starting passes nothing. */
export const readyInTime = ({ cluster, signal }: Field, instances: readonly Instance[]): Promise<boolean> =>
  cluster.ready(instances, AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]));

export const kill: FaultKind = {
  says: 'SIGKILL of an instance at a random moment',
  targets: regularNames,
  lengthMs: [500, 3000],
  needs: (target) => [target],
  async strike({ target, lengthMs }, field) {
    const instance = field.cluster.named(target);
    await readyInTime(field, [instance]);
    await field.pause(lengthMs);
    return (await instance.kill()) ? { seen: 'SIGKILL, started again' } : undefined;
  },
};

export const outage: FaultKind = {
  says: 'SIGKILL of all instances of a service, which stay away',
  targets: services,
  lengthMs: [14_000, 18_000],
  needs: instancesOf,
  async strike({ target, lengthMs }, { cluster, pause }) {
    const instances = cluster.of(target as ServiceName);
    await Promise.all(instances.map((instance) => instance.killForGood()));
    await pause(lengthMs);
    for (const instance of instances) instance.start();
    return { seen: `${instances.length} killed, away for ${lengthMs} ms` };
  },
};

export const pauseBeyondSession: FaultKind = {
  says: 'SIGSTOP of an instance across its session with the group (10 s)',
  targets: regularNames,
  lengthMs: [12_000, 15_000],
  needs: (target) => [target],
  async strike({ target, lengthMs }, field) {
    const instance = field.cluster.named(target);
    await readyInTime(field, [instance]);
    const isStopped = instance.signal('SIGSTOP');
    try {
      await field.pause(lengthMs);
    } finally {
      instance.signal('SIGCONT');
    }
    return isStopped ? { seen: `stopped for ${lengthMs} ms` } : undefined;
  },
};

export const rollingRestart: FaultKind = {
  says: 'SIGTERM of every instance of a service, one after the other, under load',
  targets: services,
  lengthMs: [6000, 8000],
  needs: instancesOf,
  async strike({ target }, field) {
    const stops: string[] = [];
    for (const instance of field.cluster.of(target as ServiceName)) {
      await readyInTime(field, [instance]);
      const { exit, ms } = await instance.stop();
      stops.push(`${instance.name}: ${exit} after ${ms} ms`);
      if (exit !== 'code 0' && exit !== NOT_RUNNING)
        field.complain(`${instance.name} was asked to stop and ended with ${exit} after ${ms} ms: its log says why.`);
      instance.start();
      await readyInTime(field, [instance]);
    }
    return { seen: stops.join(', ') };
  },
};

export const rebalanceStorm: FaultKind = {
  says: 'third instances of every service join, and leave in order or killed',
  targets: ['all'],
  lengthMs: [12_000, 15_000],
  // Without either of the servers nobody joins.
  needs: () => [...services.map((service) => `${service}-3`), 'kafka', 'mongod'],
  async strike(_, field) {
    const { cluster, random, pause } = field;
    for (const spare of cluster.spare) spare.start();
    const joined = await Promise.all(cluster.spare.map((spare) => readyInTime(field, [spare])));
    for (const spare of cluster.spare) {
      await pause(random.between(200, 1500));
      await (random.chance(0.5) ? spare.stop() : spare.killForGood());
    }
    const count = joined.filter(Boolean).length;
    return count > 0 ? { seen: `${count} joined and left` } : undefined;
  },
};

const JUMP_MS = 2 * 3600 * 1000;

export const clockJump: FaultKind = {
  says: "an instance's clock jumps two hours ahead or back, and later returns",
  targets: [...regularNames, ...services],
  lengthMs: [4000, 8000],
  needs: (target) => (services.some((service) => service === target) ? instancesOf(target) : [target]),
  detail: (random) => ({ ms: random.chance(0.5) ? JUMP_MS : -JUMP_MS }),
  async strike({ target, lengthMs, detail }, { cluster, pause, clockShift }) {
    const instances = cluster.regular.filter(({ name, service }) => name === target || service === target);
    const ms = Number(detail.ms);
    for (const instance of instances) instance.tell({ order: 'shift clock', ms });
    await pause(lengthMs);
    const shifted = instances.filter(({ name }) => clockShift(name) === ms);
    for (const instance of instances) instance.tell({ order: 'shift clock', ms: 0 });
    return shifted.length > 0 ? { seen: `${shifted.map(({ name }) => name).join(', ')} by ${ms} ms` } : undefined;
  },
};
