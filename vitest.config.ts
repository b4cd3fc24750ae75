import { defineConfig } from 'vitest/config'

// Each database thread, and each program of a fault test, would strip and compile its modules anew. Read by Node as
// the workers start: `test.env` would come too late.
process.env.NODE_COMPILE_CACHE ??= new URL('./node_modules/.cache/parley-tests', import.meta.url).pathname

export default defineConfig({
  test: {
    include: ['test/{contract,unit,scenario,fault}/**/*.test.ts'],
    pool: 'forks',
    // A test file leaves nothing behind it; loading the libraries anew for each of 300 files would take half of the time.
    isolate: false,
    // On two cores: many tests wait for sockets and clocks.
    maxWorkers: 6,
    testTimeout: 20_000,
    hookTimeout: 20_000,
    restoreMocks: true,
  },
})
