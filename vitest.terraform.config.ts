import { defineConfig } from 'vitest/config'

/** Tests over a real engine, which takes its time; `npm test` has the rest. */
export default defineConfig({
  test: {
    include: ['test/terraform/**/*.test.ts'],
    globalSetup: ['test/terraform/set-up.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
