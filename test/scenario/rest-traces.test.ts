import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { DirectRequest } from '../../src/conversation/direct-port.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { type House, openHouse } from './house.ts'

const request = (more: Partial<DirectRequest> = {}): DirectRequest => ({
  turn: 'rest_1',
  spender: { platform: 'rest', workspace: 'local', channel: 'chat', person: 'key' },
  message: 'Hello?',
  history: [],
  images: [],
  parameters: {},
  ...more,
})

const ask = (house: House, more: Partial<DirectRequest> = {}, signal = new AbortController().signal) =>
  collect(house.direct(request(more), signal))

describe('the trace of a turn on the caller’s own connection', () => {
  it('says when what happened, and what it cost', async () => {
    const house = await openHouse()
    house.model.always(() => ['Hello ', 'you.'])
    await ask(house)
    expect(house.traces).toHaveLength(1)
    const [trace] = house.traces
    expect(trace).toMatchObject({
      turn: 'rest_1',
      platform: 'rest',
      channel: '',
      state: 'ended',
      outcome: 'answered',
      model: 'scripted',
      inputTokens: 100,
      outputTokens: 20,
      costUsd: 0.00014,
      requestId: 'req_1',
    })
    const { admittedAt, modelCalledAt, firstTokenAt, firstShownAt, lastTokenAt, finalShownAt } = trace ?? {}
    const moments = [admittedAt, modelCalledAt, firstTokenAt, firstShownAt, lastTokenAt, finalShownAt]
    expect(moments).toEqual(moments.toSorted((a, b) => (a ?? 0) - (b ?? 0)))
    expect(moments.every((at) => typeof at === 'number')).toBe(true)
  })

  it('ends as answered when the caller leaves after the last word', async () => {
    const house = await openHouse()
    house.model.always(() => ['Hello.'])
    for await (const event of house.direct(request(), new AbortController().signal)) {
      if (event.kind === 'end') break
    }
    expect(house.traces.map(({ outcome }) => outcome)).toEqual(['answered'])
  })

  it('ends as stopped, and is paid, when the caller leaves in the middle', async () => {
    const house = await openHouse()
    const caller = new AbortController()
    const listening = async () => {
      for await (const event of house.direct(request(), caller.signal))
        if (event.kind === 'text') caller.abort()
    }
    const left = listening().catch((error: unknown) => error)
    const reply = await house.model.next()
    reply.say('Once upon a time ')
    expect(await left).toMatchObject({ kind: 'aborted' })
    expect(house.traces).toMatchObject([{ outcome: 'stopped', error: null }])
    expect(house.traces[0]?.costUsd).toBeGreaterThan(0)
    expect((await house.database.ledger.spent({}, 0)).booked).toBeGreaterThan(0)
  })

  it('ends as stopped when the caller takes no more words', async () => {
    const house = await openHouse()
    house.model.always(() => ['Once ', 'upon ', 'a time'])
    for await (const _ of house.direct(request(), new AbortController().signal)) break
    expect(house.traces).toMatchObject([{ outcome: 'stopped' }])
    expect((await house.database.ledger.spent({}, 0)).reserved).toBe(0)
  })

  it('ends as refused or failed, with the words that the caller reads', async () => {
    const house = await openHouse()
    await expect(ask(house, { model: 'nothing' })).rejects.toThrow('no model')
    const failing = ask(house, { turn: 'rest_2' }).catch((error: unknown) => error)
    const reply = await house.model.next()
    reply.fail(new ModelError('server', 'The provider failed.'))
    expect(await failing).toMatchObject({ kind: 'server' })
    expect(house.traces.map(({ outcome, error }) => [outcome, error])).toEqual([
      ['refused', expect.stringContaining('no model "nothing"')],
      ['failed', 'The provider failed.'],
    ])
  })

  it('keeps what went wrong inside to the log', async () => {
    const house = await openHouse()
    await house.database.close()
    await expect(ask(house)).rejects.toThrow()
    expect(house.traces).toMatchObject([{ outcome: 'failed', error: 'Something went wrong inside Parley.' }])
  })
})

async function collect<T>(all: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const one of all) collected.push(one)
  return collected
}

it('a recording that is beyond the budget, or fails at the provider, is refused as that and not as a bad file', async () => {
  const bytes = await readFile(new URL('../files/question.ogg', import.meta.url))
  const files = [{ name: 'note.ogg', bytes }]
  const poor = await openHouse({ dayBudget: 0.000_001 })
  await expect(ask(poor, { files })).rejects.toMatchObject({ name: 'Refused', kind: 'budget' })
  const house = await openHouse()
  house.scripted.hears(() => {
    throw new ModelError('server', 'It has a problem (500).')
  })
  await expect(ask(house, { message: '', files })).rejects.toMatchObject({
    name: 'ModelError',
    kind: 'server',
  })
  expect([...poor.traces, ...house.traces].map(({ outcome }) => outcome)).toEqual(['refused', 'failed'])
})

it('a recording that fails at the provider is named, and the question beside it is answered', async () => {
  const bytes = await readFile(new URL('../files/question.ogg', import.meta.url))
  const house = await openHouse()
  house.model.always(() => ['Yes.'])
  house.scripted.hears(() => {
    throw new ModelError('server', 'It has a problem (500).')
  })
  const events = await ask(house, { message: 'Still there?', files: [{ name: 'note.ogg', bytes }] })
  expect(events).toContainEqual({ kind: 'warning', words: expect.stringMatching(/^files\[0\]: `note\.ogg`/) })
  expect(events.at(-1)).toMatchObject({ kind: 'end', end: { text: 'Yes.' } })
})
