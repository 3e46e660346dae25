import { describe, expect, test } from 'vitest';
import { startOptions } from './options.ts';

const one = { 'order-svc': 1, 'inventory-svc': 1, 'loyalty-svc': 1 };

describe('npm start', () => {
  test.each([
    [[], { instances: one, isCluster: false }],
    [['--cluster'], { instances: one, isCluster: true }],
    [['--scale', '3'], { instances: { 'order-svc': 3, 'inventory-svc': 3, 'loyalty-svc': 3 }, isCluster: false }],
    [['--scale=inventory-svc=3,order-svc=2', '--cluster'], { instances: { ...one, 'inventory-svc': 3, 'order-svc': 2 }, isCluster: true }],
    [['--help'], undefined],
  ])('with %j', (args, expected) => {
    expect(startOptions(args)).toEqual(expected);
  });

  test.each([
    [['--scale', '0'], /--scale is given "0": give a whole number from 1 to 12/],
    [['--scale', '13'], /one more instance would have none/],
    [['--scale', 'order-svc='], /--scale is given ""/],
    [['--scale', 'console=2'], /--scale names "console", which is none of order-svc, inventory-svc, loyalty-svc/],
    [['--scale'], /npm start -- --help shows what there is/],
    [['--clustre'], /--clustre.*npm start -- --help/],
    [['three'], /npm start -- --help/],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => startOptions(args)).toThrow(sentence);
  });
});
