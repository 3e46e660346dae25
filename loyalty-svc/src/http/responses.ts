import { problemResponse } from '@microshop/chassis/http/problem';
import { CustomerId } from '@microshop/contracts/values';
import type { FastifyRequest } from 'fastify';
import Type from 'typebox';

export const CustomerParams = Type.Object({ customerId: CustomerId });

/** For routes below /customers/:customerId that customers may use, too. */
export const isOwn = (subject: string, { params }: FastifyRequest): boolean => (params as { customerId?: unknown }).customerId === subject;

export const withCustomer = { 404: problemResponse('`unknown_customer`') };
