import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need an engine: npm run test:terraform, npm run test:cdktf.
    exclude: [...configDefaults.exclude, 'test/terraform/**', 'test/cdktf-engine/**'],
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/same-cases.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    // The suite is measured on two cores; tests that wait leave room for a third worker.
    maxWorkers: 3,
  },
})
