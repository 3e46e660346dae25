import { createRequire } from 'node:module';

type RequestQueue = { pending: unknown[]; throttledUntil: number };
type Schedule = (this: RequestQueue) => void;

const require = createRequire(import.meta.url);

/**
 * kafkajs 2.2.4 wakes up about 870 times a second on an idle connection, because it schedules a check of its empty queue with a negative delay
 * (tulios/kafkajs#1556, #1751). With nothing pending and no throttling there is nothing to check.
 */
export function patchIdleLoop(): void {
  const { prototype } = require('kafkajs/src/network/requestQueue') as {
    prototype: RequestQueue & { scheduleCheckPendingRequests: Schedule & { patched?: true } };
  };
  const original = prototype.scheduleCheckPendingRequests;
  if (original.patched) return;
  prototype.scheduleCheckPendingRequests = Object.assign(
    function (this: RequestQueue) {
      if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
    },
    { patched: true as const },
  );
}
