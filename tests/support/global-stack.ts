import type { TestProject } from 'vitest/node';
import { type Backend, chooseBackend } from './backend.ts';
import { startStack } from './test-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    testBackend: Backend;
    kafkaBrokers: string[];
    mongodbUrl: string;
  }
}

const report = (message: string): void => console.log(`test stack: ${message}`);

/** One real broker and one real database for a whole run; they end with it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { backend, reason } = await chooseBackend(process.env.TEST_BACKEND, async () => {
    const { askEngineForStack } = await import('./container-engine.ts');
    return askEngineForStack(report);
  });
  report(`${backend} (${reason})`);
  const stack = await startStack(backend, { mongodArgs: ['--setParameter', 'enableTestCommands=1'], report });
  provide('testBackend', backend);
  provide('kafkaBrokers', stack.kafkaBrokers);
  provide('mongodbUrl', stack.mongodbUrl);
  return () => stack.stop();
}
