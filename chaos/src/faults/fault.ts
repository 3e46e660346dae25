import type { Random } from '@microshop/chassis/testing/random';
import type { Cluster } from '../cluster/cluster.ts';
import type { PoisonDetail } from '../run-folder.ts';
import type { CrashHit } from '../service/orders.ts';

/** What is to be done to whom, when and for how long; it follows from the seed. */
export type PlannedFault = {
  fault: number;
  class: string;
  target: string;
  startMs: number;
  lengthMs: number;
  detail: Readonly<Record<string, string | number>>;
};

/** Where faults strike. */
export type Field = {
  cluster: Cluster;
  /** Ends early when the run is broken off. */
  pause(ms: number): Promise<void>;
  signal: AbortSignal;
  /** A stream of its own for each fault. */
  random: Random;
  logDirectory: string;
  crashHits(): Promise<CrashHit[]>;
  /** How far each instance last said that its clock is shifted. */
  clockShift(instance: string): number;
  /** A record that the broker took, and what has to become of it. */
  poisoned(poison: PoisonDetail['poison'][number]): void;
  /** Something that should not be, and that no reader of the folder can see. */
  complain(text: string): void;
};

/** How it was seen to take effect; undefined when nothing shows that it did. */
export type Evidence = { seen: string } | undefined;

export type FaultKind = {
  says: string;
  targets: readonly string[];
  /** From and to, in milliseconds. */
  lengthMs: readonly [number, number];
  detail?: (random: Random) => PlannedFault['detail'];
  /** What nobody else may strike at the same time. */
  needs(target: string): readonly string[];
  /** Strikes, lasts, and heals, also when the run is broken off. */
  strike(planned: PlannedFault, field: Field): Promise<Evidence>;
};
