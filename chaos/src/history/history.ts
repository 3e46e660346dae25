import { now } from '../run-folder/now.ts';
import type { HistoryEntry } from '../run-folder.ts';
import type { Call, Failure, Operation, Operations } from './operations.ts';

export type Outcome<F extends Operation> = { type: 'ok'; told: Operations[F]['told'] } | { type: 'fail' | 'info'; failure: Failure };

export type History = {
  /** Writes down the question, asks it, and writes down what became of it. */
  call<F extends Operation>(client: string, f: F, asked: Operations[F]['asked'], ask: () => Promise<Outcome<F>>): Promise<Outcome<F>>;
  /** How many calls came to what: `checkout ok`, `cancel info`. */
  counts(): Readonly<Record<string, number>>;
};

export function createHistory(write: (entry: HistoryEntry) => void): History {
  const counts: Record<string, number> = {};
  let next = 0;
  return {
    async call(client, f, asked, ask) {
      const op = next++;
      write({ op, at: now(), client, type: 'invoke', f, value: asked });
      const outcome = await ask();
      write({ op, at: now(), client, type: outcome.type, f, value: outcome.type === 'ok' ? outcome.told : outcome.failure });
      counts[`${f} ${outcome.type}`] = (counts[`${f} ${outcome.type}`] ?? 0) + 1;
      return outcome;
    },
    counts: () => counts,
  };
}

/** The calls of a history, in the order in which they were asked. */
export function callsOf(history: readonly HistoryEntry[]): Call[] {
  const completions = new Map(history.filter(({ type }) => type !== 'invoke').map((entry) => [entry.op, entry]));
  return history
    .filter(({ type }) => type === 'invoke')
    .sort((a, b) => a.op - b.op)
    .map(
      ({ op, at, client, f, value }) =>
        ({ op, f, client, asked: value, invokedAt: at, ...completionOf(completions.get(op)) }) as unknown as Call,
    );
}

function completionOf(entry: HistoryEntry | undefined) {
  if (!entry) return { type: 'info', completedAt: Number.POSITIVE_INFINITY, failure: { code: 'not_answered' } };
  const { type, at, value } = entry;
  return type === 'ok' ? { type, completedAt: at, told: value } : { type, completedAt: at, failure: value };
}
