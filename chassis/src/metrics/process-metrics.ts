import { collectDefaultMetrics, Registry } from 'prom-client';

/** Often enough to see a loop that stalls, seldom enough to cost an idle process nothing. */
const LOOP_PRECISION_MS = 20;

let registry: Registry | undefined;

/** `process_*` and `nodejs_*`, under the names that every Node.js dashboard knows. They are the process's, so they are there once, from the first reading on. */
export function processMetrics(): Promise<string> {
  if (!registry) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_PRECISION_MS });
  }
  return registry.metrics();
}
