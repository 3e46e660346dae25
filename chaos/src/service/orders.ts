import type { ServiceName } from '@microshop/contracts';

/** What the runner tells a service process. */
export type Order =
  /** Die at the `pass`-th time that this point is passed. */
  | { order: 'arm'; arming: number; point: string; pass: number }
  | { order: 'disarm' }
  /** So far ahead of the machine's clock, or behind it. */
  | { order: 'shift clock'; ms: number };

/** What a service process tells the runner. */
export type Report =
  /** How often its consumers came to a result since it last said so. */
  { report: 'observed'; counts: Record<string, number> } | { report: 'clock shifted'; ms: number };

/** A line of the file of hits, written by a process as the last thing that it does. */
export type CrashHit = { arming: number; point: string; instance: string; at: number };

/** Names of the environment's variables that the runner sets for a service process beside the service's own. */
export const variables = {
  service: 'CHAOS_SERVICE',
  instance: 'CHAOS_INSTANCE',
  hitsFile: 'CHAOS_HITS_FILE',
  mutant: 'CHAOS_MUTANT',
} as const;

export const portVariables: Record<ServiceName, string> = {
  'order-svc': 'ORDER_SVC_PORT',
  'inventory-svc': 'INVENTORY_SVC_PORT',
  'loyalty-svc': 'LOYALTY_SVC_PORT',
};
