import { SeedFailure } from './seed-failure.ts';

export type Terminal = { write(text: string): unknown; isTTY?: boolean };

/** How many are worked on at once: enough to fill the services' group commits. */
const AT_ONCE = 16;
const REDRAW_MS = 100;

/** Works through the items, several at once; a terminal shows how far it is, else there is one line at the end. Answers how many were new. */
export async function loadAll<T>(
  what: string,
  items: readonly T[],
  load: (item: T) => Promise<boolean>,
  terminal: Terminal,
): Promise<number> {
  const queue = items.values();
  let done = 0;
  let fresh = 0;
  let drawnAt = 0;

  function draw(): void {
    if (!terminal.isTTY || Date.now() - drawnAt < REDRAW_MS) return;
    drawnAt = Date.now();
    terminal.write(`\r\x1b[K${what}: ${done} of ${items.length}`);
  }

  async function work(): Promise<void> {
    for (const item of queue) {
      if (await load(item)) fresh++;
      done++;
      draw();
    }
  }

  try {
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } catch (error) {
    if (terminal.isTTY) terminal.write('\n');
    throw error instanceof SeedFailure ? new SeedFailure(`${error.message} (${what}: ${done} of ${items.length} done)`) : error;
  }
  terminal.write(`${terminal.isTTY ? '\r\x1b[K' : ''}${what}: ${items.length}, of which ${fresh} new\n`);
  return fresh;
}
