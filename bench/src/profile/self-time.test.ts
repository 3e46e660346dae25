import { expect, test } from 'vitest';
import { packageOf, selfTimesOf } from './self-time.ts';

const frame = (url: string, functionName = 'work') => ({ functionName, url, lineNumber: 9 });

test.each([
  ['file:///work/main/node_modules/kafkajs/src/index.js', 'kafkajs'],
  ['file:///work/main/node_modules/mongodb/node_modules/bson/lib/bson.cjs', 'bson'],
  ['file:///work/main/node_modules/@fastify/rate-limit/index.js', '@fastify/rate-limit'],
  ['file:///work/main/chassis/src/outbox/outbox-relay.ts', 'chassis'],
  ['node:internal/streams/writable', 'node'],
])('%s is code of %s', (url, expected) => {
  expect(packageOf(frame(url))).toBe(expected);
});

test('what is no code keeps its name', () => {
  expect(packageOf(frame('', '(garbage collector)'))).toBe('(garbage collector)');
  expect(packageOf(frame('', 'writev'))).toBe('native');
});

test('shares are of the time in which something was done', () => {
  const nodes = [
    { id: 1, callFrame: frame('', '(idle)') },
    { id: 2, callFrame: frame('node:net', 'write') },
    { id: 3, callFrame: frame('file:///x/node_modules/kafkajs/a.js', 'encode') },
  ];
  const { busyMs, packages, functions } = selfTimesOf({ nodes, samples: [1, 2, 3, 3], timeDeltas: [5000, 1000, 1000, 2000] });

  expect(busyMs).toBe(4);
  expect(packages).toEqual([
    { name: 'kafkajs', ms: 3, share: 0.75 },
    { name: 'node', ms: 1, share: 0.25 },
  ]);
  expect(functions[0]).toMatchObject({ name: 'encode kafkajs/a.js:10', ms: 3 });
});
