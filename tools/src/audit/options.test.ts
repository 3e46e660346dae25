import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const now = new Date('2026-02-10T12:00:00Z');
const parse = (line: string) => parseOptions(line.split(' ').filter(Boolean), now);

describe('npm run audit', () => {
  it('is one live run of everything when nothing else is said', () => {
    expect(parse('')).toEqual({ name: 'once', settleMs: 30_000, json: false, repair: 'none' });
    expect(parse('--rebuild-stock')).toEqual(parse(''));
  });

  it.each([
    ['--at-rest', { restMs: 30_000 }],
    ['--since 2h', { since: new Date('2026-02-10T10:00:00Z') }],
    ['--since 2026-02-09', { since: new Date('2026-02-09T00:00:00Z') }],
    ['--settle 5s --json', { settleMs: 5000, json: true }],
    ['--repair --dry-run', { repair: 'propose' }],
    ['--repair', { repair: 'apply' }],
  ])('takes %s', (line, options) => {
    expect(parse(line)).toMatchObject({ name: 'once', ...options });
  });

  it('runs again and again, on the last 24 hours', () => {
    expect(parse('--every 60s --metrics-port 9400')).toEqual({
      name: 'every',
      intervalMs: 60_000,
      windowMs: 86_400_000,
      settleMs: 30_000,
      json: false,
      metricsPort: 9400,
    });
    expect(parse('--every 1m --since 1h')).toMatchObject({ windowMs: 3_600_000 });
  });

  it.each([
    ['--nothing', /^Unknown option '--nothing' \(npm run audit -- --help\)\.$/],
    ['now', /^Unexpected argument 'now'/],
    ['--every', /^Option '--every <value>' argument missing/],
    ['--since soon', /^--since is "soon": give a time like .*\.$/],
    ['--since 7d', /^--since is "7d", and what has changed is known for six days: .*\.$/],
    ['--since 2026-02-11', /^--since is "2026-02-11", which is still to come: .*\.$/],
    ['--every 1ms', /^--every is "1ms": give a duration from 1000 ms to 24 h, .*\.$/],
    ['--every 60s --since 2026-02-09', /^--since is "2026-02-09": give a duration .*\.$/],
    ['--settle never', /^--settle is "never": give a duration .*\.$/],
    ['--metrics-port 9400', /^--metrics-port serves what runs again and again: give --every with it\.$/],
    ['--every 60s --metrics-port 70000', /^--metrics-port is "70000": give a port from 0 to 65535; .*\.$/],
    ['--every 60s --at-rest', /^--every and --at-rest exclude each other: .*\.$/],
    ['--every 60s --repair', /^--every and --repair exclude each other: .*\.$/],
    ['--dry-run', /^--dry-run says what a repair would do: give --repair with it\.$/],
  ])('says of %s in one sentence what is wrong', (line, sentence) => {
    expect(() => parse(line)).toThrow(sentence);
  });
});
