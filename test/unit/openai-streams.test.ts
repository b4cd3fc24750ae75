import { afterEach, beforeEach, expect, test } from 'vitest'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Beat, hold, text } from '../fakes/openai/script.ts'

const words = Array.from({ length: 60 }, (_, index) => `wörd ${index} `)
const oneByOne = words.flatMap((word): Beat[] => [...text(word), { kind: 'pause', ms: 4 }])

let fake: OpenAiFake
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

for (const api of ['responses', 'chat'] as const) {
  test(`forty answers side by side come whole, in far fewer pieces than words (${api})`, async () => {
    fake.always({ beats: oneByOne })
    const openai = openAiAt(fake.url, api)
    const heard = await Promise.all(Array.from({ length: 40 }, () => hear(openai, asking('Hi'))))
    for (const { text, error } of heard) expect([text, error]).toEqual([words.join(''), null])
    const pieces = heard.map(({ events }) => events.filter(({ kind }) => kind === 'text').length)
    expect(Math.max(...pieces)).toBeLessThan(words.length / 3)
  })

  test(`an answer alone is read as it comes (${api})`, async () => {
    fake.always({ beats: oneByOne })
    const { text, events } = await hear(openAiAt(fake.url, api), asking('Hi'))
    expect(text).toBe(words.join(''))
    expect(events.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(words.length / 2)
  })

  test(`a connection that was read in sips serves the next question (${api})`, async () => {
    fake.always({ beats: oneByOne.slice(0, 10) })
    const openai = openAiAt(fake.url, api)
    for (let round = 0; round < 3; round++) {
      const heard = await Promise.all(Array.from({ length: 20 }, () => hear(openai, asking('Hi'))))
      expect(heard.every(({ error }) => error === null)).toBe(true)
    }
  })

  test(`one of forty is stopped within a tenth of a second, and its connection closed (${api})`, async () => {
    fake.always({ beats: [...oneByOne, hold().beat] })
    const openai = openAiAt(fake.url, api)
    const stop = new AbortController()
    const all = new AbortController()
    const others = Array.from({ length: 39 }, () => hear(openai, asking('Hi'), all.signal))
    const one = hear(openai, asking('Stop me'), stop.signal)
    await fake.arrival(40)
    await new Promise((resolve) => setTimeout(resolve, 150))
    const pressed = performance.now()
    stop.abort(new Error('Stop'))
    expect((await one).error).toMatchObject({ kind: 'aborted' })
    expect(performance.now() - pressed).toBeLessThan(100)
    all.abort(new Error('Stop'))
    await Promise.all(others)
    await expect((await fake.arrival(40)).closed).resolves.toBe('aborted')
  })
}
