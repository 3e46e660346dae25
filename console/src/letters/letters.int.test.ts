import { randomUUID } from 'node:crypto';
import { ordersBySku } from '@microshop/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { breakStock } from '../../../tests/support/broken-stock.ts';
import type { Discard, DryRun, Job, LetterGroups, LetterRows } from '../api/index.ts';
import { type ConsoleUnderTest, startConsoleUnderTest } from '../testing/console-under-test.ts';

let subject: ConsoleUnderTest;
beforeAll(async () => {
  subject = await startConsoleUnderTest({ DISCARD_GRACE: '1h' });
});
afterAll(() => subject.stop());

describe('dead letters', () => {
  const groupOf = async (sku: string): Promise<{ groupId: string; letterId: string; orderId: string }> => {
    const { data } = await subject.says<LetterRows>('/console/dead-letters/letters?service=inventory-svc&status=dead', (rows) =>
      rows.data.some(({ key }) => key === sku),
    );
    const letter = data.find(({ key }) => key === sku);
    return { groupId: letter?.groupId ?? '', letterId: letter?.letterId ?? '', orderId: letter?.orderId ?? '' };
  };
  const dryRun = async (groupId: string) =>
    (await subject.anyone('POST', '/console/dead-letters/dry-run', { body: { target: { groupId } } })).body as unknown as DryRun;
  const replay = async (target: object, more = {}): Promise<Job> => {
    const { status, body } = await subject.operator('POST', '/console/dead-letters/replay', { body: { target, ...more } });
    expect(status).toBe(202);
    return subject.says<Job>(`/console/dead-letters/jobs/${body.jobId}`, ({ state }) => state !== 'running');
  };

  test('are looked at, tried, tried one, replayed and noted, in groups', async () => {
    const sku = await subject.shop.productWith(5);
    const mend = await breakStock(subject.databases['inventory-svc'], sku);
    await subject.checkout(sku, { prefer: 'wait=0' });
    const { groupId, letterId, orderId } = await groupOf(sku);
    expect((await dryRun(groupId)).letters).toMatchObject([{ letterId, end: 'would fail again' }]);
    expect((await subject.anyone('POST', '/console/dead-letters/replay', { body: { target: { groupId } } })).status).toBe(401);
    expect(await replay({ groupId }, { one: true })).toMatchObject({
      state: 'done',
      total: 1,
      counts: { failed: 1 },
      problems: [{ letterId }],
    });

    const note = await subject.operator('POST', `/console/dead-letters/groups/${groupId}/notes`, { body: { text: 'the stock is broken' } });
    expect([note.status, note.body]).toMatchObject([201, { by: 'operator', text: 'the stock is broken' }]);
    const groups = await subject.says<LetterGroups>('/console/dead-letters', () => true);
    expect(groups.data.find((each) => each.groupId === groupId)).toMatchObject({
      count: 1,
      notes: [{ text: 'the stock is broken' }],
      job: { state: 'done' },
    });
    const { body: detail } = await subject.anyone('GET', `/console/dead-letters/letters/${encodeURIComponent(letterId)}`);
    expect(detail).toMatchObject({
      letter: { letterId, orderId },
      value: { orderId, sku },
      actions: [{ action: 'replay', outcome: 'failed' }],
    });

    await mend();
    expect((await dryRun(groupId)).letters).toMatchObject([{ letterId, end: 'would be done' }]);
    const again = () => subject.operator('POST', '/console/dead-letters/replay', { body: { target: { groupId } } });
    const both = await Promise.all([again(), again()]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    const { jobId } = both.find(({ status }) => status === 202)?.body ?? {};
    expect(await subject.says<Job>(`/console/dead-letters/jobs/${jobId}`, ({ state }) => state !== 'running')).toMatchObject({
      state: 'done',
      counts: { replayed: 1 },
      problems: [],
    });
    expect((await subject.known(orderId, 'confirmed', 7)).entries.map(({ kind }) => kind)).toContain('replay');
    expect((await subject.operator('POST', '/console/dead-letters/replay', { body: { target: { groupId } } })).body.code).toBe(
      'unknown_group',
    );
  });

  test('are discarded after a while, and not when that was taken back', async () => {
    const key = `T-${randomUUID()}`;
    await subject.broker.send([
      { topic: ordersBySku.name, key, value: '{broken', headers: { ce_id: randomUUID(), ce_type: 'OrderRequested' } },
    ]);
    const { letterId } = await groupOf(key);
    const target = { letterId };
    const discard = async () =>
      (await subject.operator('POST', '/console/dead-letters/discards', { body: { target, reason: 'not ours' } }))
        .body as unknown as Discard;
    const { discardId } = await discard();
    expect((await subject.operator('POST', '/console/dead-letters/replay', { body: { target } })).body.code).toBe('nothing_to_replay');
    expect((await subject.operator('POST', `/console/dead-letters/discards/${discardId}/undo`)).body).toMatchObject({
      state: 'undone',
      done: 0,
    });
    const statusOf = async () =>
      ((await subject.anyone('GET', `/console/dead-letters/letters/${encodeURIComponent(letterId)}`)).body.letter as { status: string })
        .status;
    expect(await statusOf()).toBe('dead');

    const again = await discard();
    await subject.databases.client
      .db('console')
      .collection('letterDiscards')
      .updateOne({ discardId: again.discardId }, { $set: { dueAt: again.at } });
    await subject.says<{ data: Discard[] }>(
      '/console/dead-letters/discards',
      ({ data }) => data.find((each) => each.discardId === again.discardId)?.state === 'done',
    );
    expect(await statusOf()).toBe('discarded');
    const late = await subject.operator('POST', `/console/dead-letters/discards/${again.discardId}/undo`);
    expect([late.status, late.body.code]).toEqual([409, 'discard_done']);
  });

  test('are put aside and taken back', async () => {
    const key = `T-${randomUUID()}`;
    await subject.broker.send([
      { topic: ordersBySku.name, key, value: '{broken', headers: { ce_id: randomUUID(), ce_type: 'OrderRequested' } },
    ]);
    const { letterId } = await groupOf(key);
    const aside = (note: string | null) => subject.operator('POST', '/console/dead-letters/aside', { body: { letterId, note } });
    expect((await aside('asking the team')).body).toMatchObject({ aside: { note: 'asking the team', by: 'operator' } });
    expect((await aside(null)).body).toMatchObject({ aside: null });
    expect((await aside(null)).body.code).toBe('not_open');
    expect((await subject.anyone('GET', '/console/dead-letters/letters/nothing')).body.code).toBe('unknown_letter');
  });
});
