import { problemResponse } from '@microshop/chassis/http/problem';
import { CustomerId } from '@microshop/contracts/values';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';

export const CustomerParams = Type.Object({ customerId: CustomerId });

/** For routes below /customers/:customerId that customers may use, too. */
export const isOwn = (subject: string, { params }: FastifyRequest): boolean => (params as { customerId?: unknown }).customerId === subject;

/** What any route may answer. */
export const always = {
  400: problemResponse('The request is malformed; `errors` names every fault'),
  500: problemResponse('A fault of the service; `errorId` finds its log line'),
  503: problemResponse('The database is away, or there is too much to do; Retry-After says when to try again'),
};
export const withBody = {
  ...always,
  413: problemResponse('The body is over 64 KiB'),
  415: problemResponse('The body is not application/json'),
};
export const withCustomer = { 404: problemResponse('`unknown_customer`') };
