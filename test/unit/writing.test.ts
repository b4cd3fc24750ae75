import { expect, it } from 'vitest'
import { createWriting } from '../../src/conversation/writing.ts'
import { silentLog } from '../../src/observe/log.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { Activity } from '../../src/ports/platform.ts'
import { simulatedClock } from '../fakes/clock.ts'

const conversation = { platform: 'chat', workspace: 't', channel: 'c', thread: '' }
const asked = [
  { seq: 0, text: 'Hi', by: { id: 'pia', name: 'Pia' }, at: 0, ref: null, files: [], quotes: [] },
]

/** Writes one answer with a model that does as it is told, and notes when room for files was taken and left. */
function written(
  reply: () => AsyncIterable<unknown>,
  tell?: (activity: Activity) => void,
  buying?: { open: () => Promise<unknown> },
) {
  const noted: string[] = []
  const deps = {
    reader: {
      enter: () => {
        noted.push('enter')
        return { read: async () => [], close: async () => noted.push('leave') }
      },
    },
    painting: { inConversations: buying !== undefined, keepMs: 1_000 },
    buying,
    log: silentLog(),
    settings: { of: async () => ({ model: 'm', persona: '' }) },
    prices: { contextOf: async () => ({ window: 9_000, input: 9_000, output: null }) },
    memory: { window: async () => ({ messages: [], tokens: 0 }) },
    budget: {
      reserve: async () => ({ kind: 'reserved', charge: () => ({ amount: 7 }), release: async () => {} }),
    },
    model: { reply },
    clock: simulatedClock(),
    maxOutputTokens: 100,
    windowTokens: 100,
  }
  const question = {
    ...{ turn: 't', conversation: 'c', place: { conversation }, asked, by: asked[0]?.by },
    head: { epoch: 0, next: 2 },
  }
  const on = {
    ...{ attempt: 'a', question, platform: {} },
    running: { happen: () => true, turn: { state: 'reading' } },
    trace: { set: () => {}, mark: () => {} },
    tell,
  }
  const writing = createWriting(deps as never, on as never)
  return { noted, writing, done: writing.write(() => noted.push('show'), new AbortController().signal) }
}

it('keeps the room that its files take until the model has ended', async () => {
  const { noted, done } = written(async function* () {
    yield { kind: 'text', delta: 'Hello' }
  })
  await done
  expect(noted).toEqual(['enter', 'show', 'leave'])
})

it('leaves the room also when the model fails', async () => {
  // biome-ignore lint/correctness/useYield: it fails before its first word
  const { noted, done } = written(async function* () {
    throw new ModelError('network', 'The model is away.')
  })
  await expect(done).rejects.toThrow('away')
  expect(noted).toEqual(['enter', 'leave'])
})

it('tells which tool the model uses, and when it has', async () => {
  const told: Activity[] = []
  const { done } = written(
    async function* () {
      for (const name of ['web_search', 'our_own.tool'])
        for (const state of ['running', 'done']) yield { kind: 'tool', name, state }
    },
    (activity) => told.push(activity),
  )
  await done
  expect(told).toEqual([
    { kind: 'status', text: 'Searching the web…' },
    { kind: 'typing' },
    { kind: 'status', text: 'Using our own tool…' },
    { kind: 'typing' },
  ])
})

it('tells what the answer cost, also when what was painted along can’t be booked', async () => {
  const busy = async () => {
    throw new Error('the database is busy')
  }
  const { writing, done } = written(
    async function* () {
      yield { kind: 'text', delta: 'Hello' }
      throw new ModelError('cut', 'The answer was cut.')
    },
    undefined,
    { open: async () => ({ kind: 'bought', settle: busy, release: busy }) },
  )
  await expect(done).rejects.toThrow('cut')
  expect(await writing.settleUp()).toMatchObject({ text: 'Hello', charge: { amount: 7 } })
})
