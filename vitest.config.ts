import { defineConfig } from 'vitest/config';

const stack = { globalSetup: './tests/support/global-stack.ts', testTimeout: 60_000, hookTimeout: 120_000 };
/** The services' topics and groups have fixed names, so their files take turns on the one broker of a project. */
const inTurn = (groupOrder: number) => ({ maxWorkers: 1, sequence: { groupOrder } });

export default defineConfig({
  test: {
    retry: 0,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['*/src/**/*.test.ts', 'console/web/**/*.test.ts', 'tests/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**'],
        },
      },
      // What the services expect of each other and what others took as released; nothing real is needed.
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['tests/contract/**/*.contract.test.ts'],
          env: { PACT_DO_NOT_TRACK: 'true', SCARF_ANALYTICS: 'false' },
          testTimeout: 60_000,
        },
      },
      { extends: true, test: { name: 'int', include: ['*/src/**/*.int.test.ts'], ...stack, ...inTurn(1) } },
      { extends: true, test: { name: 'e2e', include: ['tests/e2e/**/*.e2e.test.ts'], ...stack, ...inTurn(2) } },
      {
        extends: true,
        test: {
          name: 'race',
          include: ['tests/race/**/*.race.test.ts', 'tests/resilience/**/*.resilience.test.ts'],
          ...stack,
          ...inTurn(3),
        },
      },
      // The console and the storefront in a headless Chromium.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.browser.test.ts'],
          ...stack,
          globalSetup: [stack.globalSetup, './tests/browser/global-pages.ts'],
          ...inTurn(4),
        },
      },
      // Three brokers and three mongods, each killed in turn: npm run test:cluster.
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['tests/cluster/**/*.cluster.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 6 },
        },
      },
      // Against a running shop, after a deployment: npm run test:quick.
      {
        extends: true,
        test: { name: 'quick', include: ['tests/quick/**/*.quick.test.ts'], testTimeout: 30_000, sequence: { groupOrder: 5 } },
      },
    ],
    coverage: {
      provider: 'v8',
      // local/ starts processes and is tested as processes (its own *.int.test.ts, tests/resilience/npm-start), which v8 does not see from here.
      include: ['contracts/src/**', 'chassis/src/**', '*-svc/src/**', 'console/src/**', 'tools/src/**'],
      exclude: ['**/*.test.ts', '**/testing/**', '**/*.fixture.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportOnFailure: true,
      thresholds: { statements: 90 },
    },
  },
});
