import { expect, test } from 'vitest';
import { parseRestoreOptions } from '../restore/options.ts';
import { parseBackupOptions } from './options.ts';

test('a backup knows where it goes', () => {
  expect(parseBackupOptions(['--to', 'here', '--gzip', '--window', '2h'])).toEqual({
    to: 'here',
    gzip: true,
    dryRun: false,
    windowSeconds: 7200,
  });
  expect(parseBackupOptions(['--help'])).toBe('help');
});

test('a restore knows where it comes from', () => {
  expect(parseRestoreOptions(['--from', 'here', '--replace'])).toEqual({ from: 'here', replace: true, replayOnly: false, dryRun: false });
});

test.each<[string[], (args: string[]) => unknown, string]>([
  [[], parseBackupOptions, '--to DIRECTORY says where the backup goes'],
  [['--to', 'here', '--window', 'long'], parseBackupOptions, '--window is "long": give a time like 30m or 2h'],
  [['--to', 'here', '--fast'], parseBackupOptions, "Unknown option '--fast'"],
  [[], parseRestoreOptions, '--from DIRECTORY says which backup to restore'],
  [['--from', 'here', '--replace', '--replay-only'], parseRestoreOptions, '--replace and --replay-only exclude each other'],
])('%j is refused by a sentence', (args, parse, sentence) => {
  expect(() => parse(args)).toThrow(sentence);
});
