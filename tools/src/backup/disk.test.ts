import { expect, test } from 'vitest';
import { explainSnapshot } from './snapshot.ts';
import { explainDisk } from './take-backup.ts';

const failure = (code: string | number) => Object.assign(new Error('no'), { code });

test('a full disk is told by a sentence that says what to do', () => {
  expect(explainDisk('/backups/monday', failure('ENOSPC'))).toMatchObject({
    message: 'The disk of /backups is full (ENOSPC): make room, give another --to, or --gzip. Nothing of the backup was left there.',
  });
});

test('a moment that MongoDB has given up is told by a sentence that says what to do', () => {
  expect(explainSnapshot(failure(239))).toMatchObject({ message: expect.stringContaining('give --window') });
});

test('another failure stays what it was', () => {
  const other = failure('EACCES');
  expect(explainDisk('/backups/monday', explainSnapshot(other))).toBe(other);
});
