import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

function shown(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const progress = createProgress({ isTTY, write: (text) => written.push(text) }, 100, () => now);
  for (now = 0; now <= 20_000; now += 5000) progress.show(now / 200);
  progress.end();
  return written;
}

test('a terminal sees a bar that grows, and no trace of it at the end', () => {
  const written = shown(true);

  expect(written[1]).toBe(`\r\x1b[K${'█'.repeat(15)}${'░'.repeat(15)} 50 of 100 seeds, 5 a second, 10 s left`);
  expect(written.at(-1)).toBe('\r\x1b[K');
});

test('a log gets a line every ten seconds', () => {
  expect(shown(false)).toEqual(['50 of 100 seeds, 5 a second, 10 s left\n', '100 of 100 seeds, 5 a second, 0 s left\n']);
});
