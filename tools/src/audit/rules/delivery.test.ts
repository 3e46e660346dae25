import { REPLAY_HEADER } from '@microshop/chassis/consumer/dead-letter';
import { stockLevels } from '@microshop/contracts';
import { describe, expect, it } from 'vitest';
import { anEvent, anOutboxRow, sentences } from '../testing/documents.ts';
import { checkCommitted, checkPublished, committedIds, type Row } from './delivery.ts';

const onTopics = (...ids: string[]) => new Map([['/microshop/order-svc', new Set(ids)]]);
const replay = (headers: object) => anEvent({ id: 'r1', headers: { [REPLAY_HEADER]: 'letter', ...headers } });
const at = new Date('2026-02-10T12:00:00Z');

describe('5 each outbox row is published', () => {
  it.each<[string, Partial<Row>, string[]]>([
    ['its event is on the topic', {}, ['e1']],
    ['its topic is compacted', { events: [anEvent({ topic: stockLevels.name })] }, []],
    [
      'it replays an event that is there, under its first id',
      { events: [replay({ ce_id: 'e1', ce_source: '/microshop/order-svc' })] },
      ['e1'],
    ],
    ['it replays what had no id', { events: [replay({})] }, []],
  ])('holds when %s', (_, row, ids) => {
    expect(sentences(checkPublished('order-svc', [anOutboxRow(row)], onTopics(...ids)))).toEqual([]);
  });

  const pending = { pending: true } as const;
  it.each<[string, Partial<Row>, string, string]>([
    ['was lost', {}, 'event_lost', 'marked as published and not on'],
    ['waits', pending, 'event_not_published', 'not published yet on'],
    ['was sent before a later one got stuck, and lost', { ...pending, sent: [0] }, 'event_lost', 'marked as published and not on'],
    [
      'is refused by the broker',
      { ...pending, stuck: [{ index: 0, error: 'too large', at }] },
      'event_not_published',
      'refused by the broker (too large) and not on',
    ],
  ])('names an event that %s', (_, row, kind, words) => {
    const [finding, ...others] = checkPublished('order-svc', [anOutboxRow(row)], onTopics());
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      sentence: `order-svc: OrderConfirmed e1 is ${words} microshop.orders-by-sku.v1`,
      subject: { kind: 'event', id: 'e1' },
      fault: { kind, service: 'order-svc', outboxId: 'row-1' },
    });
  });
});

describe('5 each published event was committed', () => {
  const committed = new Set(committedIds([anOutboxRow({ events: [anEvent(), replay({ ce_id: 'e0' })] })]));

  it('holds for what is in a row, also as a replay', () => {
    expect(sentences(checkCommitted('order-svc', ['e1', 'e0'], committed))).toEqual([]);
  });

  it('names what is in none', () => {
    expect(sentences(checkCommitted('order-svc', ['e1', 'e2'], committed))).toEqual(['order-svc: e2 was published and never committed']);
  });
});
