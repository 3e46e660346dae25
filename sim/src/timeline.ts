import type { Played } from './play.ts';

const LINES = 80;
const COLUMNS = 220;

/** The steps that tell the story of a violation: those of its order, and what went wrong around it. */
export function timelineOf({ trace, violation }: Played): string[] {
  const orderId = violation?.orderId;
  const isTold = (line: string) =>
    /ms {2}(VIOLATED|FAULT|CRASH|STOP|STALL|FENCE|PAUSE|JUMP|REWIND|HEALED)/.test(line) ||
    (/ms {4}/.test(line) && !/: (outbox|inbox|leases) /.test(line) && (orderId === undefined || line.includes(orderId)));
  // What was there before is no step.
  const told = trace
    .filter((line) => !/^ +0 ms/.test(line) && isTold(line))
    .map((line) => (line.length > COLUMNS ? `${line.slice(0, COLUMNS)}…` : line));
  return told.length > LINES ? [`(${told.length - LINES} earlier steps left out)`, ...told.slice(-LINES)] : told;
}
