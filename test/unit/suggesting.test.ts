import { expect, it } from 'vitest'
import type { Catalog } from '../../src/conversation/catalog.ts'
import { createSuggesting, fitting } from '../../src/conversation/suggesting.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'

const names = ['gpt-6-luna', 'gpt-6-mini', 'o9', 'tiny-gpt-6', 'llama']

it('offers what begins so, then what contains it, then what is a slip of the finger away', () => {
  expect(fitting('gpt-6', names)).toEqual(['gpt-6-luna', 'gpt-6-mini', 'tiny-gpt-6'])
  expect(fitting('LUNA', names)).toEqual(['gpt-6-luna'])
  expect(fitting('gtp-6-l', names)[0]).toBe('gpt-6-luna')
  expect(fitting('lama', names)[0]).toBe('llama')
  expect(fitting('claude', names)).toEqual([])
})

it('offers the first 25 to whoever has typed nothing yet', () => {
  const many = Array.from({ length: 60 }, (_, i) => `model-${i}`)
  expect(fitting(' ', many)).toEqual(many.slice(0, 25))
})

const catalog = (list: Catalog['list']): Catalog => ({ list, has: async () => 'unknown' })
const signal = () => new AbortController().signal

it('offers nothing while the provider can’t be asked, or takes too long', async () => {
  const clock = simulatedClock()
  const fails = createSuggesting(
    catalog(() => Promise.reject(new ModelError('server', 'It is down.'))),
    clock,
  )
  expect(await fails('models', 'g', signal())).toEqual([])
  const hangs = createSuggesting(
    catalog(() => new Promise(() => {})),
    clock,
  )
  const offered = hangs('models', 'g', signal())
  await clock.advance(3_000)
  expect(await offered).toEqual([])
})

it('stops asking when the platform no longer wants to know', async () => {
  const gone = new AbortController()
  const suggest = createSuggesting(
    catalog(() => new Promise(() => {})),
    simulatedClock(),
  )
  const offered = suggest('models', 'g', gone.signal)
  gone.abort(new Error('typed on'))
  await expect(offered).rejects.toThrow('typed on')
})

it('offers the voices that are known', async () => {
  const suggest = createSuggesting(
    catalog(async () => []),
    simulatedClock(),
  )
  expect(await suggest('voices', 'ma', signal())).toEqual(expect.arrayContaining(['marin']))
  expect((await suggest('voices', 'ced', signal()))[0]).toBe('cedar')
})
