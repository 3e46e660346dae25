import { ordersBySku, stockLevels, topics } from '@microshop/contracts';
import { expect, test } from 'vitest';
import { contractPartitions, linesOf, tooFew } from './raise.ts';

const layout = (topic: string, partitions: number) => ({ topic, partitions, replicas: 3, inStep: 2 });
const letters = `${ordersBySku.name}.inventory-svc-dlt`;

test('dead-letter topics have as many partitions as the topic that they are of', () => {
  const contract = contractPartitions([{ ...ordersBySku, partitions: 24 }, stockLevels]);
  expect(Object.fromEntries(contract)).toEqual({ [ordersBySku.name]: 24, [letters]: 24, [stockLevels.name]: 12 });
});

test('only what has fewer than the contract says is raised, never lowered', () => {
  const contract = new Map([
    ['a', 24],
    ['b', 12],
    ['c', 6],
  ]);
  expect(tooFew([layout('a', 12), layout('b', 12), layout('c', 12)], contract)).toEqual(new Map([['a', 24]]));
});

test('what is there and what the contract says stand side by side', () => {
  const lines = linesOf([layout(letters, 12)], contractPartitions(topics));
  expect(lines[1]).toMatch(/inventory-svc-dlt +12 +12 +3 +2$/);
});
