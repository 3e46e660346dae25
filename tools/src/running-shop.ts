import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, serviceSettings } from '@microshop/chassis/config';
import { dataDirectory } from '@microshop/local/paths';
import Type from 'typebox';
import { SeedFailure } from './seed-failure.ts';

export type ServiceUrls = { 'order-svc': string; 'inventory-svc': string; 'loyalty-svc': string };
export type RunningShop = { urls: ServiceUrls; operatorToken: string };

/**
 * Where the shop runs: ORDER_SVC_URL and its sisters, else the console at SHOP_URL as the one door to all three, else the local ports; OPERATOR_TOKEN
 * or OPERATOR_TOKEN_FILE, else the one that `npm start` keeps.
 */
export const runningShop = (env: NodeJS.ProcessEnv): RunningShop => ({
  operatorToken: givenToken(env) ?? keptToken(env),
  urls: {
    'order-svc': urlOf(env, 'ORDER_SVC', 4001),
    'inventory-svc': urlOf(env, 'INVENTORY_SVC', 4002),
    'loyalty-svc': urlOf(env, 'LOYALTY_SVC', 4003),
  },
});

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

function urlOf(env: NodeJS.ProcessEnv, service: string, port: number): string {
  // Of several instances the first.
  const given = env[`${service}_URL`]?.split(',')[0] || (env.SHOP_URL && `${withoutSlash(env.SHOP_URL)}/api`);
  return withoutSlash(given || `http://127.0.0.1:${env[`${service}_PORT`] || port}`);
}

const Given = Type.Object({ OPERATOR_TOKEN: serviceSettings.OPERATOR_TOKEN });

function givenToken({ OPERATOR_TOKEN, OPERATOR_TOKEN_FILE }: NodeJS.ProcessEnv): string | undefined {
  try {
    return loadConfig(Given, { OPERATOR_TOKEN, OPERATOR_TOKEN_FILE }).OPERATOR_TOKEN;
  } catch (error) {
    throw new SeedFailure((error as Error).message);
  }
}

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
