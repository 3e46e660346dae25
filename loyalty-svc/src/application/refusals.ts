import { type AppError, refused } from '@microshop/chassis/errors';

export const unknownCustomer = (customerId: string): AppError =>
  refused(404, 'unknown_customer', `There is no customer ${customerId}.`, { customerId });

export const customerExists = (customerId: string): AppError =>
  refused(409, 'customer_exists', `There is a customer ${customerId} already: change it with PATCH, or choose another id.`, { customerId });

export const emailTaken = (): AppError =>
  refused(409, 'email_taken', 'Another customer has this e-mail address: GET /customers?email= finds it.');

export const pointsBelowZero = (balance: number, change: number): AppError =>
  refused(409, 'points_below_zero', `The balance is ${balance}: ${-change} can not be taken from it.`, { balance });

export const keyReused = (): AppError =>
  refused(422, 'idempotency_key_reused', 'This Idempotency-Key came with another body before: take a new key for a new adjustment.');
