import { describe, expect, test } from 'vitest';
import { OptionsError, simOptions } from './options.ts';

describe('the options of npm run sim', () => {
  test('are 2000 seeds from 1 when nothing is said', () => {
    expect(simOptions([])).toMatchObject({ from: 1, seeds: 2000, mutant: undefined });
  });

  test('--seed is one alone', () => {
    expect(simOptions(['--seed', '7'])).toMatchObject({ from: 7, seeds: 1 });
  });

  test('--help asks for nothing else', () => {
    expect(simOptions(['--help'])).toBeUndefined();
  });

  test.each([
    [['--seed', 'seven'], '--seed is "seven": give a whole number from 0 to 2147483647.'],
    [['--seeds', '0'], '--seeds is "0": give a whole number from 1 to 2147483647.'],
    [['--from', '-1'], "Option '--from' argument is ambiguous."],
    [['--seeds', '99999999999'], '--seeds is "99999999999": give a whole number from 1 to 2147483647.'],
    [['--seed', '1', '--seeds', '2'], '--seed is one seed alone: leave out --seeds and --from.'],
    [['--mutant', 'none'], 'There is no mutant "none"'],
    [['--sed', '1'], "Unknown option '--sed'"],
    [['7'], 'npm run sim -- --help shows what there is.'],
  ])('%j get one sentence', (args, sentence) => {
    const asking = () => simOptions(args);

    expect(asking).toThrow(OptionsError);
    expect(asking).toThrow(sentence);
  });
});
