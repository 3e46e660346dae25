import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataDirectory } from '@microshop/local/paths';
import { SeedFailure } from './seed-failure.ts';

export type ServiceUrls = { 'order-svc': string; 'inventory-svc': string; 'loyalty-svc': string };
export type RunningShop = { urls: ServiceUrls; operatorToken: string };

/** Where the shop runs: ORDER_SVC_URL and its sisters, else the local ports; OPERATOR_TOKEN, else the one that `npm start` keeps. */
export const runningShop = (env: NodeJS.ProcessEnv): RunningShop => ({
  operatorToken: env.OPERATOR_TOKEN || keptToken(env),
  urls: {
    'order-svc': urlOf(env, 'ORDER_SVC', 4001),
    'inventory-svc': urlOf(env, 'INVENTORY_SVC', 4002),
    'loyalty-svc': urlOf(env, 'LOYALTY_SVC', 4003),
  },
});

const urlOf = (env: NodeJS.ProcessEnv, service: string, port: number): string =>
  (env[`${service}_URL`] || `http://127.0.0.1:${env[`${service}_PORT`] || port}`).replace(/\/+$/, '');

function keptToken(env: NodeJS.ProcessEnv): string {
  const file = join(dataDirectory(env), 'operator-token');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new SeedFailure(
      `There is no operators' token: start the shop with npm start, which keeps one in ${file}, or set OPERATOR_TOKEN.`,
    );
  }
}
