import { describe, expect, it } from 'vitest';
import { DltFailure } from './failure.ts';
import { type Command, type Filter, parseCommand } from './options.ts';

const now = new Date('2026-02-10T12:00:00Z');
const parse = (line: string): Command => parseCommand(line.split(' ').filter(Boolean), now);
const filterOf = (line: string): Filter => (parse(`list ${line}`) as Extract<Command, { name: 'list' }>).filter;
const open = ['dead', 'parked'];

describe('the commands', () => {
  it.each<[string, object]>([
    ['', { name: 'help' }],
    ['replay --help', { name: 'help' }],
    ['list', { name: 'list', filter: { statuses: open }, each: false, json: false }],
    ['list --each --json', { name: 'list', filter: { statuses: open }, each: true, json: true }],
    ['show inventory-svc/e1', { name: 'show', id: 'inventory-svc/e1', json: false }],
    ['replay e1', { name: 'replay', target: { id: 'e1' }, dryRun: false, one: false, max: Infinity, timeoutMs: 30_000 }],
    [
      'replay --all --dry-run --one --max 5 --timeout 2m',
      { name: 'replay', target: { filter: { statuses: open } }, dryRun: true, one: true, max: 5, timeoutMs: 120_000 },
    ],
    ['discard e1 --reason gone', { name: 'discard', target: { id: 'e1' }, reason: 'gone', yes: false }],
    ['discard --type unreadable --reason gone --yes', { target: { filter: { statuses: open, type: 'unreadable' } }, yes: true }],
    ['park e1 --note later', { name: 'park', id: 'e1', note: 'later' }],
    ['park e1 --undo', { name: 'unpark', id: 'e1' }],
  ])('%s', (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });
});

describe('the filters', () => {
  it.each<[string, Partial<Filter>]>([
    ['--group loyalty-svc', { group: 'loyalty-svc' }],
    ['--topic stock', { topic: 'microshop.stock.v1' }],
    ['--topic microshop.stock.v1', { topic: 'microshop.stock.v1' }],
    ['--error handler_failed', { error: 'handler_failed' }],
    ['--type StockReserved', { type: 'StockReserved' }],
    ['--order 019BD6A0-0000-7000-8000-000000000001', { order: '019bd6a0-0000-7000-8000-000000000001' }],
    ['--status dead', { statuses: ['dead'] }],
    ['--status all', { statuses: ['dead', 'parked', 'replayed', 'discarded'] }],
    ['--since 2h', { since: new Date('2026-02-10T10:00:00Z') }],
    ['--since 7d --until 30m', { since: new Date('2026-02-03T12:00:00Z'), until: new Date('2026-02-10T11:30:00Z') }],
    ['--since 2026-02-01', { since: new Date('2026-02-01T00:00:00Z') }],
    ['--since 2026-02-01T10:00:00+02:00', { since: new Date('2026-02-01T08:00:00Z') }],
  ])('%s', (line, expected) => {
    expect(filterOf(line)).toMatchObject(expected);
  });
});

describe('bad input is one sentence that names the option', () => {
  it.each<[string, RegExp]>([
    ['frobnicate', /no command frobnicate/],
    ['list e1', /list takes filters, not e1/],
    ['list --color', /--color/],
    ['list --max 3', /--max/],
    ['list --group nobody-svc', /--group is "nobody-svc": give one of order-svc/],
    ['list --topic nothing', /--topic is "nothing": give one of orders-by-sku/],
    ['list --topic stock-levels', /--topic is "stock-levels"/],
    ['list --type OrderShipped', /--type is "OrderShipped"/],
    ['list --order 17', /--order is "17"/],
    ['list --status gone', /--status is "gone"/],
    ['list --since yesterday', /--since is "yesterday"/],
    ['list --since 2026-02-30', /--since is "2026-02-30"/],
    ['list --since 2026-02-01T10:00:00', /--since is "2026-02-01T10:00:00"/],
    ['list --until 99999999999d', /--until/],
    ['list --since 1h --until 2h', /--since 1h is later than --until 2h/],
    ['list --error', /--error/],
    ['show', /show takes the id of one letter/],
    ['show a b', /show takes the id of one letter/],
    ['replay', /replay needs the id of a letter, a filter, or --all/],
    ['replay e1 --group order-svc', /either an id or filters: leave out --group or e1/],
    ['replay --all --group order-svc', /--all and --group exclude each other/],
    ['replay --all --max 0', /--max is "0"/],
    ['replay --all --max many', /--max is "many"/],
    ['replay --all --timeout soon', /--timeout is "soon"/],
    ['replay --status replayed', /--status is "replayed"/],
    ['discard e1', /--reason is missing/],
    ['discard --reason gone', /discard needs the id/],
    [`discard e1 --reason ${'x'.repeat(501)}`, /--reason has 501 characters/],
    ['park e1', /--note is missing/],
    ['park e1 --note a --undo', /--note and --undo exclude each other/],
  ])('%s', (line, expected) => {
    expect(() => parse(line)).toThrow(DltFailure);
    expect(() => parse(line)).toThrow(expected);
  });
});
