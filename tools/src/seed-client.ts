import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceUrls } from './running-shop.ts';
import { SeedFailure } from './seed-failure.ts';

export type Service = keyof ServiceUrls;
export type Answer = { status: number; body: Record<string, unknown> };
export type Call = { method?: 'GET' | 'POST' | 'DELETE'; body?: object; idempotencyKey?: string; expect: readonly number[] };

/** Calls a service as an operator. Fails, in a sentence, when the answer's status is none of the expected. */
export type ShopClient = (service: Service, path: string, call: Call) => Promise<Answer>;

/** A service that is up but whose database is not yet is asked again, once a second. */
const ATTEMPTS = 15;

export const createShopClient = ({ urls, operatorToken }: { urls: ServiceUrls; operatorToken: string }): ShopClient => {
  async function send(service: Service, path: string, { method = 'POST', body, idempotencyKey }: Call): Promise<Answer> {
    const headers = {
      authorization: `Bearer ${operatorToken}`,
      ...(body && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    try {
      const response = await fetch(`${urls[service]}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch {
      throw new SeedFailure(
        `${service} does not answer at ${urls[service]}: start the shop with npm start, or set ${urlVariable(service)}.`,
      );
    }
  }

  return async (service, path, call) => {
    for (let attempt = 1; ; attempt++) {
      const answer = await send(service, path, call);
      if (call.expect.includes(answer.status)) return answer;
      if (answer.status !== 503 || attempt === ATTEMPTS) throw unexpected(service, path, call, answer);
      await sleep(1000);
    }
  };
};

const urlVariable = (service: Service): string => `${service.replace('-', '_').toUpperCase()}_URL`;

function unexpected(service: Service, path: string, { method = 'POST' }: Call, { status, body }: Answer): SeedFailure {
  if (status === 401)
    return new SeedFailure(`${service} does not accept the operators' token: set OPERATOR_TOKEN to the one it was started with.`);
  return new SeedFailure(`${service} answered ${method} ${path} with ${status}: ${body.detail ?? 'it does not say why.'}`);
}
