import type { Invariant } from '../check/check.ts';
import type { Planted } from './planted/changing.ts';
import { clientFaults } from './planted/client-faults.ts';
import { databaseFaults } from './planted/database-faults.ts';
import { topicFaults } from './planted/topic-faults.ts';

/** For each invariant what it has to notice. */
export const planted: Readonly<Record<Invariant, readonly Planted[]>> = { ...clientFaults, ...databaseFaults, ...topicFaults };
