import { createLogger } from '@microshop/chassis/logger';
import { expect, test, vi } from 'vitest';
import { createPoll } from './poll.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

test('all who listen share one reading, and nobody is read for when nobody listens', async () => {
  let readings = 0;
  const poll = createPoll({ name: 'test', intervalMs: 60_000, logger, read: async () => ++readings });
  expect(readings).toBe(0);
  const [first, second] = [vi.fn(), vi.fn()];
  const leave = [poll.listen(first), poll.listen(second)];
  await vi.waitFor(() => expect(first).toHaveBeenCalledWith(1));
  expect(second).toHaveBeenCalledWith(1);
  const late = vi.fn();
  leave.push(poll.listen(late));
  expect(late).toHaveBeenCalledWith(1);
  poll.soon();
  await vi.waitFor(() => expect(first).toHaveBeenCalledWith(2));
  for (const one of leave) one();
  await poll.stop();
  expect(readings).toBe(2);
});

test('a reading that fails is tried again, and said to nobody', async () => {
  const read = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('away')).mockResolvedValue('back');
  const poll = createPoll({ name: 'test', intervalMs: 110, logger, read });
  const listener = vi.fn();
  const leave = poll.listen(listener);
  await vi.waitFor(() => expect(listener).toHaveBeenCalledExactlyOnceWith('back'));
  leave();
  await poll.stop();
});
