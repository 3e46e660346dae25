import { KAFKA_VERSION } from '@microshop/local/toolchain/kafka-jars';
import type { PlannedFault } from './faults/fault.ts';
import type { ChaosOptions } from './options.ts';
import { FORMAT, type Meta } from './run-folder.ts';

const ORDER_TIMEOUT_MS = 15_000;
const HOLD_TTL_MS = 6000;
const SPEND_PER_POINT = 100;

/** What the services are told of it, beside where everything is. */
export const rulesOfTheShop = {
  ORDER_TIMEOUT: `${ORDER_TIMEOUT_MS}ms`,
  HOLD_TTL_MS: String(HOLD_TTL_MS),
  EARN_SPEND_PER_POINT: String(SPEND_PER_POINT),
};

/** What a run has to see that has shown anything; one of some classes only, those. */
const WANTED = {
  confirmed: 20,
  rejected: 10,
  cancelled: 5,
  compensations: 10,
  'hold claimed': 1,
  'hold expired': 1,
  'checkout info': 1,
  'letter dead': 5,
  'duplicates on the topics': 1,
  'consumed: retried': 1,
  'fault: crash-point': 8,
};

const wantedOf = ({ only }: ChaosOptions, schedule: readonly PlannedFault[]): Record<string, number> => ({
  ...Object.fromEntries(schedule.map((planned) => [`fault: ${planned.class}`, 1])),
  ...(!only && WANTED),
});

export const metaOf = (options: ChaosOptions, schedule: readonly PlannedFault[]): Meta => ({
  format: FORMAT,
  seed: options.seed,
  startedAt: new Date().toISOString(),
  versions: {
    node: process.version,
    kafka: KAFKA_VERSION,
    ...(options.mutant !== undefined && { mutant: options.mutant }),
    ...(options.minutes !== undefined && { minutes: String(options.minutes) }),
  },
  settings: { orderTimeoutMs: ORDER_TIMEOUT_MS, holdTtlMs: HOLD_TTL_MS, spendPerPoint: SPEND_PER_POINT },
  wanted: wantedOf(options, schedule),
});
