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
    // Each ends what hangs, and measures nothing: on a busy machine of few cores tests take many times what they take alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
