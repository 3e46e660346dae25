import { createMicroshopClient, ProblemError } from '@microshop/client';
import { Problem } from '../ui/index.ts';
import { buyer, tokenOf } from './customer.ts';

export const shop = createMicroshopClient({ baseUrl: '/api', token: () => tokenOf(buyer.value) });

const away = new Problem({ status: 503, title: 'The shop can not answer now', detail: 'Nothing is lost. Try again in a moment.' });
const unreachable = new Problem({ status: 0, title: 'The shop can not be reached', detail: 'Check your connection, then try again.' });

/** What a customer is told of a failure. */
export function shown(error: unknown): unknown {
  if (error instanceof ProblemError) return error.status >= 500 ? away : new Problem({ ...error.problem, code: error.code });
  return error instanceof TypeError ? unreachable : error;
}

export const showing = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch((error: unknown) => {
    throw shown(error);
  });
