// What a start shows: one line per part when it is done, and in a terminal a last line that tells what is being waited for.
export interface Progress {
  begin(part: string): void;
  /** What the part is busy with, when it takes long. */
  detail(part: string, doing: string): void;
  done(part: string, text?: string): void;
  /** Prints a line above the live one. */
  say(line: string): void;
  /** Takes the live line away. */
  end(): void;
}

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** A terminal that understands control sequences: shows the live line. */
  readonly live: boolean;
  readonly color: boolean;
  readonly now?: () => number;
  readonly columns?: () => number;
}

const SPINNER = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
const ERASE_LINE = '\r\u001b[K';

export function terminalOptions(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): ProgressOptions {
  const live = stream.isTTY === true && env.TERM !== 'dumb';
  return {
    write: (text) => void stream.write(text),
    live,
    color: live && (env.NO_COLOR === undefined || env.NO_COLOR === ''),
    columns: () => stream.columns ?? 80,
  };
}

export function createProgress({ write, live, color, now = Date.now, columns = () => 80 }: ProgressOptions): Progress {
  const waiting = new Map<string, { readonly since: number; doing: string }>();
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  const paint = (code: number, text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  const elapsed = (since: number) => `${((now() - since) / 1000).toFixed(1)} s`;

  function draw(): void {
    if (!live) return;
    const parts = [...waiting].map(([part, { since, doing }]) => `${part}${doing === '' ? '' : ` (${doing})`} ${elapsed(since)}`);
    if (parts.length === 0) return void write(ERASE_LINE);
    const text = ` ${parts.join(' · ')}`;
    write(`${ERASE_LINE}${paint(36, SPINNER.charAt(frame % SPINNER.length))}${text.slice(0, columns() - 2)}`);
  }

  function tick(): void {
    frame++;
    draw();
  }

  function say(line: string): void {
    write(`${live && timer !== undefined ? ERASE_LINE : ''}${line}\n`);
    if (timer !== undefined) draw();
  }

  function end(): void {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    write(ERASE_LINE);
  }

  return {
    begin(part) {
      waiting.set(part, { since: now(), doing: '' });
      if (!live) return;
      timer ??= setInterval(tick, 100).unref();
      draw();
    },
    detail(part, doing) {
      const one = waiting.get(part);
      if (one !== undefined) one.doing = doing;
      if (live) draw();
      else say(`  ${part.padEnd(14)} ${doing} …`);
    },
    done(part, text = '') {
      const since = waiting.get(part)?.since ?? now();
      waiting.delete(part);
      say(`${paint(32, live ? '✔' : 'ok')} ${part.padEnd(14)} ${elapsed(since).padStart(6)}  ${text}`.trimEnd());
      if (waiting.size === 0) end();
    },
    say,
    end,
  };
}
