import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const heap = new URL('../../src/heap.ts', import.meta.url).href

/** Bytes of the young generation of a process that makes much that lives for a while. */
async function youngAfter(first: string): Promise<number> {
  const code = `${first}
    import { getHeapSpaceStatistics } from 'node:v8'
    import { setImmediate } from 'node:timers/promises'
    const kept = []
    for (let made = 0; made < 3_000_000; made++) {
      kept[made % 300_000] = { made, of: [made] }
      if (made % 10_000 === 0) await setImmediate()
    }
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    process.stdout.write(String(young.space_size))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])
  return Number(stdout)
}

describe('the heap', () => {
  it('keeps its young generation small where it would grow', async () => {
    const [bound, free] = await Promise.all([
      youngAfter(`import { keepHeapSmall } from ${JSON.stringify(heap)}\nkeepHeapSmall()`),
      youngAfter(''),
    ])
    expect(bound).toBeLessThanOrEqual(32 * 2 ** 20)
    expect(bound).toBeGreaterThanOrEqual(8 * 2 ** 20)
    expect(free).toBeGreaterThan(32 * 2 ** 20)
  })
})
