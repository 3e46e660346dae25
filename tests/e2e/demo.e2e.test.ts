import { showOutage } from '@microshop/tools/demo/outage';
import { showOversell } from '@microshop/tools/demo/oversell';
import { showPoison } from '@microshop/tools/demo/poison';
import { createDemoShop, type DemoShop } from '@microshop/tools/demo/shop';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { expectGreenAudit } from '../support/audit.ts';
import { type ShopInProcess, startShopInProcess } from '../support/in-process.ts';
import { OPERATOR_TOKEN } from '../support/shop.ts';

/** The demonstrations on a real shop; what they do to a real supervisor's processes is in tests/resilience/npm-start. */
let shop: ShopInProcess;
let demo: DemoShop;
let env: NodeJS.ProcessEnv;
let lines: string[];
const say = (line: string) => void lines.push(line);

beforeAll(async () => {
  shop = await startShopInProcess({ LOG_LEVEL: 'fatal' });
  env = {
    OPERATOR_TOKEN,
    ORDER_SVC_URL: shop.urls.order,
    INVENTORY_SVC_URL: shop.urls.inventory,
    LOYALTY_SVC_URL: shop.urls.loyalty,
    KAFKA_BROKERS: inject('kafkaBrokers').join(','),
    MONGODB_URL: inject('mongodbUrl'),
  };
  demo = await createDemoShop(env);
});
afterAll(async () => {
  await expectGreenAudit();
  await shop.stop();
});

test('200 orders at once for 10 units sell 10', async () => {
  lines = [];
  expect(await showOversell(demo, say), lines.join('\n')).toBe(true);
  expect(lines.join('\n')).toMatch(/10 confirmed/);
  expect(lines.at(-1)).toMatch(/http:\/\/127\.0\.0\.1:4000\/orders\/[0-9a-f-]{36}$/);
});

test('a record that nobody can read holds up no order and is a dead letter', async () => {
  lines = [];
  expect(await showPoison(demo, env, say), lines.join('\n')).toBe(true);
  expect(lines.join('\n')).toMatch(/dead letter: malformed_json/);
});

test('no order is lost while a service is away', async () => {
  lines = [];
  let pid = 1;
  const parts = {
    pidOf: () => pid,
    kill: () => {
      const killed = pid;
      void shop.stopPart('loyalty').then(() => shop.startPart('loyalty').then(() => pid++));
      return killed;
    },
  };
  expect(await showOutage('loyalty-svc', demo, { parts, say }), lines.join('\n')).toBe(true);
});
