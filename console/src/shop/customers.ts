import { transient } from '@microshop/chassis/errors';
import { Customer, PointsBalance } from '@microshop/contracts/http';
import { guestId } from '@microshop/order-svc/application/checkout-request';
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { DemoCustomer } from '../api/session.ts';

/** loyalty-svc's customers, asked over REST as an operator: the console keeps none. */
export type Customers = {
  /** The ids under which orders of an e-mail address are known: of the customer that has it, and of guests. */
  idsOf(email: string): Promise<string[]>;
  some(): Promise<DemoCustomer[]>;
};

const Customers = Type.Object({ data: Type.Array(Customer) });
const SHOWN = 8;
const TIMEOUT_MS = 3000;

export function createCustomers(loyaltyUrls: readonly string[], operatorToken: string | undefined): Customers {
  async function read<S extends TSchema>(path: string, schema: S): Promise<Static<S>> {
    const headers = { authorization: `Bearer ${operatorToken ?? ''}` };
    try {
      const response = await firstToAnswer((url) => fetch(new URL(path, url), { headers, signal: AbortSignal.timeout(TIMEOUT_MS) }));
      const body: unknown = await response.json();
      if (Value.Check(schema, body)) return body;
      throw new Error(`GET ${path} answers ${response.status}`);
    } catch (error) {
      throw transient(
        'service_away',
        'loyalty-svc does not answer as it should: is it running, and has the console its OPERATOR_TOKEN?',
        error,
      );
    }
  }

  /** Asks one instance after the other until one answers. */
  async function firstToAnswer(ask: (url: string) => Promise<Response>): Promise<Response> {
    const [url = '', ...others] = loyaltyUrls;
    return others.reduce((answer, other) => answer.catch(() => ask(other)), ask(url));
  }

  return {
    async idsOf(email) {
      const { data } = await read(`/customers?email=${encodeURIComponent(email)}`, Customers);
      return [...data.map(({ customerId }) => customerId), guestId(email)];
    },
    async some() {
      const { data } = await read(`/customers?limit=${SHOWN * 2}`, Customers);
      const shown = data.filter(({ blocked, customerId }) => !blocked && !customerId.startsWith('guest-')).slice(0, SHOWN);
      return Promise.all(
        shown.map(async ({ customerId, name }) => {
          const { balance } = await read(`/customers/${encodeURIComponent(customerId)}/points`, PointsBalance);
          return { customerId, name, points: balance };
        }),
      );
    },
  };
}
