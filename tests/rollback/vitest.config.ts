import { defineConfig } from 'vitest/config';

/** Not part of `npm test`: see main.ts. */
export default defineConfig({
  test: {
    name: 'rollback',
    include: ['tests/rollback/**/*.rollback.test.ts'],
    globalSetup: './tests/support/global-stack.ts',
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
