import { describe, expect, it } from 'vitest'
import { openReply } from '../../src/conversation/asking.ts'
import { countTokens } from '../../src/conversation/tokens.ts'
import type { Budget, Wish } from '../../src/policy/budget.ts'
import type { Context } from '../../src/policy/prices.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { Model, ModelEvent, ReplyRequest } from '../../src/ports/model.ts'
import { simulatedClock } from '../fakes/clock.ts'

const spender = { platform: 'web', workspace: 'w', channel: 'c', person: 'pia' }

function world(context: Context, events: readonly ModelEvent[] = [], paid = Infinity) {
  const wishes: Wish[] = []
  const requests: ReplyRequest[] = []
  const model: Model = {
    provider: 'fake',
    models: async () => [],
    async *reply(request) {
      requests.push(request)
      yield* events
      throw new ModelError('aborted', 'stopped')
    },
  }
  const clock = simulatedClock()
  const budget: Pick<Budget, 'reserve'> = {
    async reserve(wish) {
      wishes.push(wish)
      return {
        kind: 'reserved',
        amount: 0,
        maxOutputTokens: Math.min(wish.maxOutputTokens, paid),
        release: async () => undefined,
        charge: ({ inputTokens, cachedTokens, outputTokens }) => ({
          ...{ id: wish.id, at: 0, amount: outputTokens, spender, model: wish.model, purpose: 'chat' },
          ...{ inputTokens, cachedTokens, outputTokens },
        }),
      }
    },
  }
  const deps = { model, budget, prices: { contextOf: async () => context }, maxOutputTokens: 8_000, clock }
  const request = { model: 'm', instructions: '', messages: [], parameters: {} }
  const { signal } = new AbortController()
  const ask = (promptTokens: number) => openReply(deps, { id: 'a', spender, request, promptTokens }, signal)
  return { wishes, requests, ask, clock, model }
}

const roomy: Context = { window: 128_000, input: 128_000, output: null }

describe('asking the model', () => {
  it('pays what a stopped answer had thought, beside its words', async () => {
    const thought = 'ten tokens of thought are in this very line '
    const { ask } = world(roomy, [
      { kind: 'started', requestId: 'r' },
      ...Array.from({ length: 100 }, () => ({ kind: 'reasoning', delta: thought }) as const),
      { kind: 'text', delta: 'Well' },
    ])
    const reply = await ask(50)
    await expect(collect(reply.stream(new AbortController().signal))).rejects.toThrow('stopped')
    const cost = await reply.cost()
    const reasoningTokens = await countTokens(thought.repeat(100))
    expect(cost?.usage).toMatchObject({ inputTokens: 50, reasoningTokens, exact: false })
    expect(cost?.charge.outputTokens).toBe(reasoningTokens + (await countTokens('Well')))
  })

  it.each([
    ['by the time it took', 4_000, 200],
    ['never more than was set aside', 4_000_000, 8_000],
  ])('pays what a stopped answer had thought out of sight, %s', async (_, ms, tokens) => {
    const { ask, clock, model } = world(roomy)
    model.reply = async function* () {
      yield { kind: 'started', requestId: 'r' }
      await clock.advance(ms)
      throw new ModelError('aborted', 'stopped')
    }
    const reply = await ask(50)
    await expect(collect(reply.stream(new AbortController().signal))).rejects.toThrow('stopped')
    const usage = { inputTokens: 50, outputTokens: tokens, reasoningTokens: tokens, exact: false }
    expect((await reply.cost())?.usage).toMatchObject(usage)
  })

  it('pays nothing for a model that was never reached, however long that took', async () => {
    const { ask, clock, model } = world(roomy)
    // biome-ignore lint/correctness/useYield: it fails before it begins
    model.reply = async function* () {
      await clock.advance(60_000)
      throw new ModelError('network', 'away')
    }
    const reply = await ask(50)
    await expect(collect(reply.stream(new AbortController().signal))).rejects.toThrow('away')
    expect(await reply.cost()).toBeNull()
  })

  it('sets aside and asks for no longer an answer than the window has room for', async () => {
    const { ask, wishes, requests } = world({ window: 10_000, input: 10_000, output: null })
    const reply = await ask(9_000)
    await expect(collect(reply.stream(new AbortController().signal))).rejects.toThrow('stopped')
    expect(wishes[0]?.maxOutputTokens).toBe(1_000)
    expect(requests[0]?.parameters.maxTokens).toBe(1_000)
  })

  it('asks for no longer an answer than was paid for', async () => {
    const { ask, requests } = world(roomy, [], 1_024)
    const reply = await ask(50)
    await expect(collect(reply.stream(new AbortController().signal))).rejects.toThrow('stopped')
    expect(requests[0]?.parameters.maxTokens).toBe(1_024)
  })

  it.each([
    ['the prompt alone', { window: 10_000, input: 9_000, output: null }, 9_001],
    ['prompt and answer together', { window: 10_000, input: 10_000, output: null }, 10_000],
  ])('refuses in words when %s is longer than the model takes', async (_, context, promptTokens) => {
    const { ask, wishes } = world(context)
    await expect(ask(promptTokens)).rejects.toMatchObject({ name: 'Refused', kind: 'too_long' })
    expect(wishes).toEqual([])
  })
})

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const one of all) collected.push(one)
  return collected
}
