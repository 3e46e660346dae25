import type { FaultOutcome } from './schedule/run-schedule.ts';

export type Say = (line: string) => void;

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;

/** Tells what happens, a line each, with the time since the beginning. */
export function createProgress(say: Say, now: () => number = () => performance.now()) {
  const began = now();
  const at = () => `${Math.round((now() - began) / 1000)} s`.padStart(6);
  return {
    step: (text: string) => say(`${at()}  ${text}`),
    fault({ planned, evidence, error, recoveredMs }: FaultOutcome): void {
      const became = error !== undefined ? `FAILED: ${error}` : evidence ? evidence.seen : 'not hit';
      const after = recoveredMs === undefined ? 'not recovered in time' : `recovered in ${seconds(recoveredMs)}`;
      const name = planned.class === 'crash-point' ? `crash ${planned.detail.point}` : planned.class;
      say(`${at()}  ${name} · ${planned.target} · ${became} · ${after}`);
    },
  };
}
