import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const sim = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8', timeout: 60_000 });

test('npm run sim -- --seed N twice gives the same trace hash', { timeout: 120_000 }, () => {
  const [once, again] = [sim('--seed', '42'), sim('--seed', '42')];

  expect(once.stdout).toMatch(/^seed 42: \d+ steps, trace [0-9a-f]{16}\n$/);
  expect(again.stdout).toBe(once.stdout);
  expect([once.status, again.status]).toEqual([0, 0]);
});

test('a campaign tells what it saw, and a violation ends it with the seed and the way there', { timeout: 120_000 }, () => {
  const green = sim('--seeds', '60', '--workers', '2');
  const red = sim('--seeds', '60', '--workers', '2', '--mutant', 'unknown-is-committed');

  expect(green).toMatchObject({ status: 0 });
  expect(green.stdout).toMatch(/60 seeds, \d+ steps, \d+ seeds a second, no invariant violated\nseen: /);
  expect(red).toMatchObject({ status: 1 });
  expect(red.stdout).toMatch(/seed \d+ violates: .+\n(.+\n)+again: npm run sim -- --seed \d+ --mutant unknown-is-committed\n$/);
});

test('what it can not do is said in a sentence', () => {
  const { status, stdout, stderr } = sim('--seeds', 'many');

  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: '--seeds is "many": give a whole number from 1 to 2147483647.\n',
  });
});
