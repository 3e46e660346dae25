import { expect, it } from 'vitest';
import type { HistoryEntry } from '../run-folder.ts';
import { callsOf, createHistory } from './history.ts';

it('writes each question before it is asked, and what became of it', async () => {
  const entries: HistoryEntry[] = [];
  const history = createHistory((entry) => entries.push(entry));
  const asked = { sku: 'TEA' };
  await history.call('c0', 'read stock', asked, async () => {
    expect(entries).toMatchObject([{ op: 0, client: 'c0', type: 'invoke', f: 'read stock', value: asked }]);
    return { type: 'info', failure: { code: 'ECONNRESET' } };
  });
  await history.call('c1', 'cancel', { orderId: 'o' }, async () => ({
    type: 'fail',
    failure: { status: 409, code: 'order_not_cancellable' },
  }));
  expect(entries.map(({ op, type }) => `${op} ${type}`)).toEqual(['0 invoke', '0 info', '1 invoke', '1 fail']);
  expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort((a, b) => a - b));
  expect(history.counts()).toEqual({ 'read stock info': 1, 'cancel fail': 1 });
  expect(callsOf(entries)).toMatchObject([
    { op: 0, f: 'read stock', asked, type: 'info', failure: { code: 'ECONNRESET' } },
    { op: 1, f: 'cancel', type: 'fail', failure: { status: 409 } },
  ]);
});

it('takes a call that never ended for one whose outcome nobody knows', () => {
  const invoked: HistoryEntry = { op: 7, at: 5, client: 'c0', type: 'invoke', f: 'cancel', value: { orderId: 'o' } };
  expect(callsOf([invoked])).toMatchObject([{ op: 7, type: 'info', invokedAt: 5, completedAt: Number.POSITIVE_INFINITY }]);
});
