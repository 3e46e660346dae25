import { expect, test } from 'vitest';
import { traceContextOf, traceIdOf } from './trace-context.ts';

const valid = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

test('a well-formed context is taken as it is, with its state', () => {
  expect(traceContextOf(valid, 'shop=front')).toEqual({ traceparent: valid, tracestate: 'shop=front' });
  expect(traceContextOf(valid)).toEqual({ traceparent: valid });
});

test.each([undefined, '', 'nonsense', `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, [valid], 7])(
  '%j begins a trace, and takes no state',
  (given) => {
    const context = traceContextOf(given, 'shop=front');
    expect(context.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(context.tracestate).toBeUndefined();
    expect(traceContextOf(given)).not.toEqual(context);
  },
);

test.each(['', 'x'.repeat(513), ['a=b', 'c=d']])('a state that is no state is left out', (state) => {
  expect(traceContextOf(valid, state)).toEqual({ traceparent: valid });
});

test('the id of a trace is the second part', () => {
  expect(traceIdOf(valid)).toBe('a'.repeat(32));
  expect(traceIdOf(undefined)).toBeUndefined();
  expect(traceIdOf('')).toBeUndefined();
});
