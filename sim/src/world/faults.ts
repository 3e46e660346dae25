import type { ServiceName } from '@microshop/contracts';

/** What may go wrong where. `late`: the sender is told that it failed, and the records are appended some time after that. */
export type PortFault = { service: ServiceName; nth: number } & (
  | { at: 'read'; fault: 'unavailable' | 'conflict' }
  | { at: 'commit'; fault: 'conflict' | 'unavailable' | 'unknown, written' | 'unknown, not written' }
  | { at: 'send'; fault: 'away' | 'answer lost' | 'in part' | 'late' | 'unsendable' }
  | { at: 'pending' | 'acquire' | 'query'; fault: 'unavailable' }
  | { at: 'mark'; fault: 'unavailable' | 'answer lost' }
  | { at: 'offset'; fault: 'rejected' | 'answer lost' }
);

/**
 * What happens to whole processes, at a step. `stop`: as at a deployment, in good order. `fence`: the group goes on without its members, who do not know it yet. `rewind`: offsets are
 * lost. `outage`: all instances of the service are away for so long. `stall`: its
 * consumers get nothing for so long. `jump`: time passes while everyone stands still.
 */
export type Happening =
  | { step: number; do: 'crash' | 'pause' | 'stop'; service: ServiceName; instance: number; ms: number }
  | { step: number; do: 'outage' | 'stall'; service: ServiceName; ms: number }
  | { step: number; do: 'fence'; service: ServiceName }
  | { step: number; do: 'rewind'; service: ServiceName; by: number }
  | { step: number; do: 'jump'; ms: number };

export type Point = PortFault['at'];

/** Says at each call of a port what goes wrong there, if anything. */
export type FaultPlan = {
  at<P extends Point>(point: P, service: ServiceName): Extract<PortFault, { at: P }>['fault'] | undefined;
  heal(): void;
};

export function createFaultPlan(faults: readonly PortFault[], onFault: (fault: PortFault) => void): FaultPlan {
  const counts = new Map<string, number>();
  const keyOf = (point: Point, service: ServiceName, nth: number) => `${point} ${service} ${nth}`;
  const planned = new Map(faults.map((fault) => [keyOf(fault.at, fault.service, fault.nth), fault]));
  let healed = false;
  return {
    at(point, service) {
      const place = `${point} ${service}`;
      const nth = counts.get(place) ?? 0;
      counts.set(place, nth + 1);
      if (healed || planned.size === 0) return undefined;
      const found = planned.get(keyOf(point, service, nth));
      if (found) onFault(found);
      return found?.fault as never;
    },
    heal() {
      healed = true;
    },
  };
}
