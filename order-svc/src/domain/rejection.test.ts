import { rejectionCodes, type StockRejectionReason } from '@microshop/contracts';
import { describe, expect, it } from 'vitest';
import type { PointsAnswer, StockAnswer } from './answers.ts';
import { rejectionOf } from './rejection.ts';

const refusedStock = (reason: StockRejectionReason, sku = 'MUG'): StockAnswer => ({
  sku,
  reserved: false,
  reason,
  requested: 3,
  available: 1,
});
const refusedPoints = (reason: Extract<PointsAnswer, { deducted: false }>['reason']): PointsAnswer => ({
  deducted: false,
  customerId: 'ada',
  reason,
  balance: 0,
});
const codeOf = (stockAnswers: StockAnswer[], pointsAnswer?: PointsAnswer) =>
  rejectionOf({ stockAnswers, ...(pointsAnswer && { pointsAnswer }) }).code;

describe('the code of a rejection', () => {
  it.each([
    ['out_of_stock', 'out_of_stock'],
    ['reservation_invalid', 'reservation_invalid'],
    ['timed_out', 'timed_out'],
    ['order_ended', 'timed_out'],
  ] as const)('is, for stock refused as %s, %s', (reason, code) => {
    expect(codeOf([refusedStock(reason)], { deducted: true, customerId: 'ada' })).toBe(code);
  });

  it.each([
    ['customer_unknown', 'customer_rejected'],
    ['customer_blocked', 'customer_rejected'],
    ['insufficient_points', 'insufficient_points'],
    ['timed_out', 'timed_out'],
    ['order_ended', 'timed_out'],
  ] as const)('is, for points refused as %s, %s', (reason, code) => {
    expect(codeOf([{ sku: 'MUG', reserved: true }], refusedPoints(reason))).toBe(code);
  });

  it('is the first by precedence when several things are short', () => {
    expect(rejectionCodes).toEqual(['reservation_invalid', 'out_of_stock', 'customer_rejected', 'insufficient_points', 'timed_out']);
    const everything = [refusedStock('timed_out', 'A'), refusedStock('out_of_stock', 'B'), refusedStock('reservation_invalid', 'C')];
    expect(codeOf(everything, refusedPoints('customer_blocked'))).toBe('reservation_invalid');
    expect(codeOf(everything.slice(0, 2), refusedPoints('customer_blocked'))).toBe('out_of_stock');
    expect(codeOf(everything.slice(0, 1), refusedPoints('customer_blocked'))).toBe('customer_rejected');
    expect(codeOf(everything.slice(0, 1), refusedPoints('insufficient_points'))).toBe('insufficient_points');
  });

  it('is timed_out when the time is up, whatever was refused before', () => {
    const rejection = rejectionOf({ stockAnswers: [refusedStock('out_of_stock')] }, 'timed_out');
    expect(rejection).toMatchObject({ code: 'timed_out' });
    expect(rejection).not.toHaveProperty('errors');
  });
});

describe('the errors of a rejection', () => {
  it('name every short SKU, and only these', () => {
    const stockAnswers = [
      refusedStock('out_of_stock', 'A'),
      { sku: 'B', reserved: true } as const,
      refusedStock('timed_out', 'C'),
      refusedStock('out_of_stock', 'D'),
    ];
    expect(rejectionOf({ stockAnswers }).errors).toEqual([
      { sku: 'A', requested: 3, available: 1 },
      { sku: 'D', requested: 3, available: 1 },
    ]);
  });

  it('are absent when stock was not the reason', () => {
    expect(rejectionOf({ stockAnswers: [refusedStock('reservation_invalid')] })).not.toHaveProperty('errors');
  });
});
