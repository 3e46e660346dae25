import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE_FLAGS } from './node-flags.ts';
import { REPO_DIR } from './paths.ts';

test('the image runs a service as npm start does', () => {
  const command = JSON.stringify(['node', ...NODE_FLAGS, 'src/main.ts']).replaceAll(',', ', ');

  expect(readFileSync(join(REPO_DIR, 'Dockerfile'), 'utf8').trim().split('\n').at(-1)).toBe(`CMD ${command}`);
});
