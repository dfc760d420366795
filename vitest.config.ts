import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./scripts/build-web.mjs', './test/support/installed.ts'],
    reporters: ['default', './test/support/guides.ts', './test/support/tally.ts'],
    // Nothing of the server is kept in a module: a file may find them loaded by the one before.
    isolate: false,
    // Tests wait for servers and browsers more than they compute.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
