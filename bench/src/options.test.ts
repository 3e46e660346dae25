import { expect, test } from 'vitest';
import { type BenchOptions, benchOptions, OptionsError } from './options.ts';

const names = ['uniform', 'hot'];
function optionsOf(...args: string[]): BenchOptions {
  const asked = benchOptions(args, names);
  if (asked.do !== 'run') throw new Error(`This asks to ${asked.do}.`);
  return asked.options;
}

test('a run that says nothing is the quick one, with the transaction design beside it', () => {
  expect(optionsOf()).toMatchObject({ scenarios: undefined, clients: [64, 256], rounds: 3, isFull: false, comparesWithBaseline: true });
});

test('each option is taken', () => {
  const options = optionsOf(
    '--full',
    '--scenario',
    'hot',
    '--clients',
    '8',
    '--rounds',
    '2',
    '--no-baseline',
    '--no-audit',
    '--profile',
    '--sizes',
    '0,50',
  );

  expect(options).toMatchObject({ isFull: true, scenarios: ['hot'], clients: [8], rounds: 2, seconds: 30 });
  expect(options).toMatchObject({ comparesWithBaseline: false, skipsAudit: true, profiles: true, sizes: [0, 50] });
});

test('somebody else’s shop is not compared with a design that does not run there', () => {
  expect(optionsOf('--against', 'http://10.0.0.7:4001/')).toMatchObject({ against: 'http://10.0.0.7:4001', comparesWithBaseline: false });
});

test.each([
  [['--scenario', 'cold'], /choose of uniform, hot/],
  [['--clients', '0'], /from 1 to/],
  [['--quick', '--full'], /leave one out/],
  [['--against', 'ftp://x'], /give an address like/],
  [['--fast'], /--help/],
])('%j is refused with what to do', (args, message) => {
  expect(() => benchOptions(args, names)).toThrow(OptionsError);
  expect(() => benchOptions(args, names)).toThrow(message);
});
