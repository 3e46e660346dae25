import { cut } from './words.ts';

export type Terminal = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const REDRAW_MS = 100;
const WIDTH = 24;

/** In a terminal a bar that moves, with what is worth reading above it; elsewhere one plain line for each letter. */
export function createProgress(terminal: Terminal, total: number) {
  const isLive = terminal.isTTY === true;
  const counts = new Map<string, number>();
  let drawnAt = 0;

  function draw(): void {
    const done = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const filled = total === 0 ? WIDTH : Math.round((done / total) * WIDTH);
    const text = `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${done} of ${total}  ${countsOf(counts)}`;
    terminal.write(`\r\x1b[K${cut(text, (terminal.columns ?? 80) - 1)}`);
    drawnAt = Date.now();
  }

  return {
    counts,
    /** One more letter came to this end. `loud`: said in a terminal, too. */
    step(end: string, line: string, loud: boolean): void {
      counts.set(end, (counts.get(end) ?? 0) + 1);
      if (!isLive) terminal.write(`${line}\n`);
      else if (loud) terminal.write(`\r\x1b[K${line}\n`);
      if (isLive && (loud || Date.now() - drawnAt >= REDRAW_MS)) draw();
    },
    end(): void {
      if (isLive) terminal.write('\r\x1b[K');
    },
  };
}

export const countsOf = (counts: ReadonlyMap<string, number>): string => [...counts].map(([end, count]) => `${count} ${end}`).join(', ');
