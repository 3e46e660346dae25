import type { TestStack, TestStackOptions } from '@microshop/local/test-stack';
import { inject } from 'vitest';
import { startStack } from './test-stack.ts';

/** For a suite that breaks its broker or its database, or must be alone on them: from where the run's own come. */
export const startOwnStack = (options: TestStackOptions = {}): Promise<TestStack> => startStack(inject('testBackend'), options);
