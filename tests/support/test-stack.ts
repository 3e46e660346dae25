import { startTestStack, type TestStack, type TestStackOptions } from '@microshop/local/test-stack';
import type { Backend } from './backend.ts';

/** A real broker and a real database, which end with the process that started them. */
export async function startStack(backend: Backend, options: TestStackOptions = {}): Promise<TestStack> {
  if (backend === 'embedded') return startTestStack(options);
  const { startContainerStack } = await import('./container-stack.ts');
  return startContainerStack(options);
}
