import { crashPoint } from './crash-point-fault.ts';
import { databaseFaults } from './database-faults.ts';
import type { FaultKind } from './fault.ts';
import { networkFaults } from './network-faults.ts';
import { clockJump, kill, outage, pauseBeyondSession, rebalanceStorm, rollingRestart } from './process-faults.ts';
import { serverFaults } from './server-faults.ts';
import { slowClients } from './slow-clients.ts';
import { duplicates, offsetReset, poison } from './topic-faults.ts';

/** Every class of faults, by its name. */
export const kinds: Readonly<Record<string, FaultKind>> = {
  kill,
  'crash-point': crashPoint,
  outage,
  pause: pauseBeyondSession,
  'rolling-restart': rollingRestart,
  'rebalance-storm': rebalanceStorm,
  'clock-jump': clockJump,
  'slow-clients': slowClients,
  duplicates,
  'offset-reset': offsetReset,
  poison,
  ...serverFaults,
  ...networkFaults,
  ...databaseFaults,
};
