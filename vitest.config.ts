import { defineConfig } from 'vitest/config';

const stack = './tests/support/global-stack.ts';
const slow = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['*/src/**/*.test.ts', 'tests/*.test.ts'], exclude: ['**/*.int.test.ts', '**/node_modules/**'] },
      },
      { extends: true, test: { name: 'int', include: ['*/src/**/*.int.test.ts'], globalSetup: stack, ...slow } },
      { extends: true, test: { name: 'e2e', include: ['tests/e2e/**/*.e2e.test.ts'], globalSetup: stack, ...slow } },
      {
        extends: true,
        test: { name: 'race', include: ['tests/race/**/*.race.test.ts'], globalSetup: stack, fileParallelism: false, ...slow },
      },
    ],
  },
});
