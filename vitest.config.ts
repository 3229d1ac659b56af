import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need an engine: npm run test:terraform, npm run test:cdktf.
    exclude: [...configDefaults.exclude, 'test/terraform/**', 'test/cdktf-engine/**'],
    globalSetup: ['test/build-once.ts'],
    setupFiles: ['test/same-cases.ts'],
    // Far more than any takes: a machine that is busy with other work is no reason to fail.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    pool: 'forks',
    // The suite is measured on two cores; tests that wait leave room for a third worker.
    maxWorkers: 3,
  },
})
