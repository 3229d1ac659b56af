import { defineConfig } from 'vitest/config'

/** What programs for CDKTF and CDK Terrain become at vendors, over a real engine. */
export default defineConfig({
  test: {
    include: ['test/cdktf-engine/**/*.test.ts'],
    globalSetup: ['test/build-once.ts', 'test/terraform/set-up.ts', 'test/cdktf-engine/set-up-tools.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
