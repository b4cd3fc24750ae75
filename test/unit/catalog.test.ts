import { describe, expect, it } from 'vitest'
import { createCatalog } from '../../src/conversation/catalog.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { Model, ModelInfo } from '../../src/ports/model.ts'
import { simulatedClock } from '../fakes/clock.ts'

const known: readonly ModelInfo[] = [{ id: 'one', shutdownDate: null }]
const never = new AbortController().signal

function world(models: Model['models']) {
  const clock = simulatedClock()
  const calls = { count: 0 }
  const model: Model = {
    provider: 'fake',
    reply: async function* () {},
    models: (signal) => {
      calls.count++
      return models(signal)
    },
  }
  return { clock, calls, catalog: createCatalog(model, clock) }
}

describe('the catalog of models', () => {
  it('asks once for all who ask at once, and again when the answer is old', async () => {
    const { clock, calls, catalog } = world(async () => known)
    await clock.run(Promise.all([catalog.list(never), catalog.list(never), catalog.has('one', never)]))
    expect(calls.count).toBe(1)
    await clock.advance(5 * 60_000)
    await clock.run(catalog.list(never))
    expect(calls.count).toBe(2)
  })

  it('goes on asking for the others when one goes away', async () => {
    const asked = Promise.withResolvers<readonly ModelInfo[]>()
    const { clock, catalog } = world(() => asked.promise)
    const leaving = new AbortController()
    const gone = catalog.list(leaving.signal).catch((error: unknown) => error)
    const staying = catalog.list(never)
    leaving.abort('away')
    expect(await gone).toBe('away')
    asked.resolve(known)
    expect(await clock.run(staying)).toBe(known)
  })

  it('leaves a failing provider alone for a few seconds', async () => {
    let up = false
    const { clock, calls, catalog } = world(async () => {
      if (!up) throw new ModelError('server', 'It is down.')
      return known
    })
    for (const _ of [1, 2, 3]) expect(await clock.run(catalog.has('one', never))).toBe('unknown')
    expect(calls.count).toBe(1)
    up = true
    await clock.advance(5_000)
    expect(await clock.run(catalog.has('one', never))).toBe('yes')
  })

  it('does not wait for a provider that never answers', async () => {
    const { clock, catalog } = world(() => new Promise(() => undefined))
    const failed = await clock.run(catalog.list(never).catch((error: unknown) => error))
    expect(failed).toMatchObject({ name: 'ModelError', kind: 'timeout' })
    expect(clock.elapsed()).toBeLessThanOrEqual(10_000)
  })
})
