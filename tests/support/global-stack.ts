import { startTestStack } from '@microshop/local/test-stack';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: string[];
    mongodbUrl: string;
  }
}

/** One real broker and one real database for a whole run; they end with it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const stack = await startTestStack({ mongodArgs: ['--setParameter', 'enableTestCommands=1'], kafkaProperties: {} });
  provide('kafkaBrokers', stack.kafkaBrokers);
  provide('mongodbUrl', stack.mongodbUrl);
  return () => stack.stop();
}
