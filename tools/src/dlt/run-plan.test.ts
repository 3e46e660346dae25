import type { DeadLetter } from '@microshop/chassis/consumer/dead-letter';
import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';
import type { Replay, Replayed } from './replayer.ts';
import { runPlan } from './run-plan.ts';
import { aLetter } from './testing/letters.ts';

const letter = (eventId: string, overrides: Partial<DeadLetter> = {}) => aLetter({ eventId, ...overrides });
const replayed: Replayed = { result: 'replayed' };

/** Runs the chains; what each letter comes to is given by its id, else it is replayed. */
async function runWith(
  chains: DeadLetter[][],
  results: Record<string, Replayed> = {},
  { stopping = new AbortController().signal, onSend = (_id: string) => {} } = {},
) {
  const sent: string[] = [];
  const replayOf = (): Replay => async (id) => {
    sent.push(id.split('/')[1] ?? '');
    onSend(id);
    await new Promise(setImmediate);
    return results[id.split('/')[1] ?? ''] ?? replayed;
  };
  const told: string[] = [];
  await runPlan(chains, replayOf, ({ eventId }, end) => told.push(`${eventId} ${'because' in end ? end.because : end.result}`), stopping);
  return { sent, told };
}

describe('a run of replays', () => {
  const parkedUnder = 'park/1';
  const park = ['a', 'b', 'c'].map((id) => letter(id, { parkedUnder }));

  it('sends one of a chain after the other, and chains beside one another', async () => {
    const { sent, told } = await runWith([park, [letter('x'), letter('y')]]);
    expect(sent).toEqual(['a', 'x', 'b', 'y', 'c']);
    expect(told).toHaveLength(5);
  });

  it('sends nothing that waits behind one that failed, and goes on with other orders of the key', async () => {
    const { sent, told } = await runWith([[...park, letter('other', { parkedUnder: 'park/2' }), letter('none')]], {
      b: { result: 'failed', because: 'no' },
    });
    expect(sent).toEqual(['a', 'b', 'other', 'none']);
    expect(told).toContain('c waits behind inventory-svc/b');
  });

  it('sends nothing more to a group that is silent', async () => {
    const { sent, told } = await runWith([[letter('x'), letter('y')], [letter('z', { group: 'loyalty-svc' })]], {
      x: { result: 'silent', because: 'is it running?' },
    });
    expect(sent).toEqual(['x', 'z']);
    expect(told).toContain('y is not sent: inventory-svc is silent');
  });

  it('heeds a stop between two letters', async () => {
    const stopping = new AbortController();
    const { sent } = await runWith([park], {}, { stopping: stopping.signal, onSend: (id) => id.endsWith('/b') && stopping.abort() });
    expect(sent).toEqual(['a', 'b']);
  });
});

describe('the progress', () => {
  const told = (isTTY: boolean) => {
    let text = '';
    const progress = createProgress({ isTTY, columns: 60, write: (more) => (text = text.concat(more)) }, 4);
    progress.step('replayed', 'a: replayed', false);
    progress.step('failed', 'b: failed', true);
    progress.end();
    return text;
  };

  it('is a line for each letter without a terminal', () => {
    expect(told(false)).toBe('a: replayed\nb: failed\n');
  });

  it('is a bar in a terminal, with what failed above it, and is gone at the end', () => {
    const text = told(true);
    expect(text).toContain('\r\u001b[K[######------------------] 1 of 4  1 replayed');
    expect(text).toContain('b: failed\n\r\u001b[K[############------------] 2 of 4  1 replayed, 1 failed');
    expect(text).not.toContain('a: replayed\n');
    expect(text.endsWith('\r\u001b[K')).toBe(true);
  });
});
