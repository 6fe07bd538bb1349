import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: './test/support/global-setup.ts',
    include: ['test/**/*.test.ts'],
    // The CDK is loaded once per worker and not once per file: it is most of the time of a test run.
    isolate: false,
    pool: 'threads',
    testTimeout: 60_000,
  },
});
