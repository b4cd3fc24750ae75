import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{contract,unit,scenario,fault}/**/*.test.ts'],
    pool: 'forks',
    // On two cores: many tests wait for sockets and clocks.
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
})
