import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/{contract,unit,scenario,fault}/**/*.test.ts'],
    pool: 'forks',
    // A test file leaves nothing behind it; loading the libraries anew for each of 250 files would take half of the time.
    isolate: false,
    // On two cores: many tests wait for sockets and clocks.
    maxWorkers: 4,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
})
