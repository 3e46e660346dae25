export type Terminal = { write(text: string): unknown; isTTY?: boolean; columns?: number };

const BAR = 30;
const REDRAW_MS = 100;
const LINE_MS = 10_000;

/** How far a campaign is: a bar in a terminal, otherwise a line now and then. */
export function createProgress(terminal: Terminal, total: number, now: () => number = () => performance.now()) {
  const began = now();
  let shownAt = began;
  const rate = (seeds: number) => Math.round(seeds / Math.max(0.001, (now() - began) / 1000));
  return {
    show(seeds: number): void {
      if (now() - shownAt < (terminal.isTTY ? REDRAW_MS : LINE_MS)) return;
      shownAt = now();
      const left = Math.ceil((total - seeds) / Math.max(1, rate(seeds)));
      const text = `${seeds} of ${total} seeds, ${rate(seeds)} a second, ${left} s left`;
      const full = Math.round((seeds / total) * BAR);
      terminal.write(terminal.isTTY ? `\r\x1b[K${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${text}` : `${text}\n`);
    },
    end(): void {
      if (terminal.isTTY) terminal.write('\r\x1b[K');
    },
    rate,
  };
}
