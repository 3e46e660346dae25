import { describe, expect, test } from 'vitest';
import { chaosOptions, OptionsError } from './options.ts';

const asked = (...args: string[]) => chaosOptions(args, () => 4711);

describe('what is asked for', () => {
  test('nothing: every class once, with a seed by chance', () => {
    expect(asked()).toEqual({
      do: 'run',
      options: { seed: 4711, minutes: undefined, only: undefined, seconds: undefined, mutant: undefined, keep: false },
    });
  });

  test('a campaign, its seed, its classes, a planted bug', () => {
    expect(asked('--minutes', '30', '--seed', '0', '--only', 'kill,pause', '--seconds', '300', '--mutant', 'no-inbox', '--keep')).toEqual({
      do: 'run',
      options: { seed: 0, minutes: 30, only: ['kill', 'pause'], seconds: 300, mutant: 'no-inbox', keep: true },
    });
  });

  test('an old folder, the list, help', () => {
    expect(asked('--check', '/tmp/run')).toEqual({ do: 'check', folder: '/tmp/run' });
    expect(asked('--list')).toEqual({ do: 'list' });
    expect(asked('--minutes', 'x', '-h')).toEqual({ do: 'help' });
  });

  test.each([
    [['--seed', 'seven'], '--seed is "seven": give a whole number from 0 to 2147483647.'],
    [['--seed', '-1'], /--help shows what there is\.$/],
    [['--seed', '1e9'], /^--seed is "1e9"/],
    [['--minutes', '0'], '--minutes is "0": give a whole number from 1 to 1440.'],
    [['--minutes', '1.5'], /^--minutes is "1.5"/],
    [['--only', 'kill,nothing'], /^--only: there is no class of faults "nothing": choose of kill, /],
    [['--only', ''], /^--only: there is no class of faults ""/],
    [['--mutant', 'toString'], /^There is no mutant "toString": choose one of idempotent-producer, /],
    [['--check', 'x', '--seed', '1'], '--check looks at an old run: leave out the other options.'],
    [['--frobnicate'], /^Unknown option '--frobnicate'.*: npm run chaos -- --help shows what there is\.$/],
    [['stray'], /--help shows what there is\.$/],
  ])('%j is refused in one sentence', (args, message) => {
    expect(() => asked(...args)).toThrow(OptionsError);
    expect(() => asked(...args)).toThrow(message);
  });
});
