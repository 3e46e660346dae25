import { callerOf } from '@microshop/chassis/http/caller';
import { callerAnswers } from '@microshop/chassis/http/operator';
import { type LimitRate, rateAnswer } from '@microshop/chassis/http/rate-limit';
import { withBody } from '@microshop/chassis/http/responses';
import type { HttpServer } from '@microshop/chassis/http/server';
import { Quote, QuoteRequest } from '@microshop/contracts/http';
import { toTerms } from '../application/checkout-request.ts';
import type { QuoteOrder } from '../application/quote-order.ts';
import { otherCustomer, priceRefusals } from './checkout-routes.ts';
import { requireOwnCheckout } from './own-orders.ts';

const schema = {
  tags: ['orders'],
  summary: 'Ask what a checkout would cost',
  description:
    'Answers the price that a checkout of the same body would have now, or refuses as it would, and keeps nothing: neither a use of the code nor units nor points. Whether there are units and points enough is decided with the order.',
  body: QuoteRequest,
  response: { 200: Quote, ...withBody, ...callerAnswers, 403: otherCustomer, ...rateAnswer, 422: priceRefusals },
} as const;

export function quoteRoutes(app: HttpServer, quoteOrder: QuoteOrder, limitRate: LimitRate): void {
  const options = { onRequest: app.requireCaller, preHandler: limitRate, schema: { ...schema, ...app.callerSecurity } };
  app.post('/checkout/quote', options, async (request) => {
    const terms = toTerms(request.body);
    if (request.body.customer) requireOwnCheckout(terms, callerOf(request));
    return quoteOrder(terms);
  });
}
