import { defineConfig } from 'vitest/config'

/** The long runs that CONTRIBUTING.md describes; `npm test` has a short version of them. */
export default defineConfig({
  test: {
    include: ['test/**/*.long.ts'],
    reporters: ['verbose', './test/support/tally.ts'],
    // One after the other: each loads the whole machine.
    fileParallelism: false,
    disableConsoleIntercept: true,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
