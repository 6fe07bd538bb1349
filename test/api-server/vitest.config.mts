import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    globalSetup: ['./test/support/global-setup.ts', './test/api-server/global-setup.ts'],
    include: ['test/api-server/**/*.cluster.ts'],
    // One server at a time: each takes 300 MiB, and a core while it starts.
    fileParallelism: false,
    hookTimeout: 120_000,
    testTimeout: 60_000,
  },
});
