import { describe, expect, it } from 'vitest';
import { checks } from './doctor-checks.ts';
import { startReaper } from './processes/reaper-client.ts';

describe('the doctor', () => {
  it('names a faulty setting once, and leaves out what cannot be known without it', async () => {
    const reaper = startReaper();
    const found = checks({ env: { ORDER_SVC_PORT: '4002' }, reaper, signal: new AbortController().signal });

    expect(found.map(({ name }) => name)).toEqual(['Node', 'settings']);
    expect(await found[1]?.run()).toEqual({ ok: false, text: expect.stringContaining('ORDER_SVC_PORT') });
    await reaper.close();
  });
});
