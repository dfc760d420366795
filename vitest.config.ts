import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['./scripts/build-web.mjs'],
    reporters: ['default', './test/support/guides.ts', './test/support/tally.ts'],
    // Tests wait for servers and browsers more than they compute.
    maxWorkers: Math.ceil(availableParallelism() * 1.5),
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
})
