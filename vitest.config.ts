import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They need an engine: npm run test:terraform.
    exclude: [...configDefaults.exclude, 'test/terraform/**'],
    globalSetup: ['test/build-once.ts'],
    testTimeout: 30_000,
    pool: 'forks',
    // The suite is measured on two cores; by default one of them would stay idle.
    maxWorkers: 2,
  },
})
