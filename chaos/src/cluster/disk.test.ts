import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createDisk } from './disk.ts';

test('a disk can be filled and freed, or says why it can not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'microshop-chaos-disk-'));
  const disk = await createDisk(join(directory, 'disk'), 2);
  try {
    if (disk.notMounted !== undefined) return expect(disk.notMounted).toMatch(/run as root to fill a disk\.$/);
    const write = () => writeFile(join(disk.directory, 'a'), 'x'.repeat(5000));
    expect(await disk.fill()).toBeGreaterThan(1024 * 1024);
    await expect(write()).rejects.toMatchObject({ code: 'ENOSPC' });
    await disk.free();
    await write();
  } finally {
    await disk.unmount();
    await rm(directory, { recursive: true, force: true });
  }
});
