import { expect, it } from 'vitest';
import { demoOf } from './options.ts';

it.each([
  [['oversell'], { name: 'oversell' }],
  [['poison'], { name: 'poison' }],
  [['cut-broker'], { name: 'outage', part: 'broker' }],
  [['kill', 'loyalty-svc'], { name: 'outage', part: 'loyalty-svc' }],
  [[], undefined],
  [['kill', '--help'], undefined],
])('%j is %j', (args, demo) => {
  expect(demoOf(args)).toEqual(demo);
});

it.each([
  [['explode'], 'There is no demonstration "explode": npm run demo -- --help shows what there is.'],
  [['oversell', '5'], 'oversell takes nothing more, and "5" was given: npm run demo -- --help shows what there is.'],
  [['kill'], 'Name one service to kill: npm run demo -- kill order-svc, inventory-svc or loyalty-svc.'],
  [['kill', 'broker'], 'Name one service to kill: npm run demo -- kill order-svc, inventory-svc or loyalty-svc.'],
  [['kill', 'order-svc', 'loyalty-svc'], 'Name one service to kill: npm run demo -- kill order-svc, inventory-svc or loyalty-svc.'],
  [['oversell', '--fast'], "Unknown option '--fast': npm run demo -- --help shows what there is."],
])('%j is refused in one sentence', (args, sentence) => {
  expect(() => demoOf(args)).toThrow(sentence);
});
