import { expect, it } from 'vitest'
import type { SoundAsked } from '../../src/media/hearing.ts'
import { createPaidListening } from '../../src/media/paid-listening.ts'
import { silentLog } from '../../src/observe/log.ts'
import { ModelError } from '../../src/ports/failure.ts'
import type { PiecesWish, SoundFacts } from '../../src/ports/media-tools.ts'
import type { Folder } from '../../src/ports/scratch.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { createScriptedSenses } from '../fakes/scripted-senses.ts'

const facts: SoundFacts = {
  ...{ type: 'video/quicktime', codec: 'alac', channels: 1, rate: 8000, size: 5_000_000 },
  seconds: 1,
  hasPictures: false,
}

/** A sound that is said to have a second, and is cut into pieces of `seconds`. `money`: seconds that can be paid for. */
function listening(seconds: readonly number[], money = 1e9) {
  const asides: string[] = []
  const wishes: PiecesWish[] = []
  let piece = 0
  const senses = createScriptedSenses({
    async pieces(_, wish) {
      wishes.push(wish)
      return seconds.map((length, i) => ({
        ...{ path: wish.path('.ogg'), type: 'audio/ogg', ending: '.ogg', size: 9 },
        from: i,
        seconds: length,
      }))
    },
  })
  const listen = createPaidListening({
    ...{ tools: senses.tools, transcriber: senses.transcriber, model: 'm', keepMs: 1, language: null },
    buying: {
      async open({ id, wares }) {
        const wished = wares.kind === 'transcription' ? wares.seconds : 0
        if (wished > money) return { kind: 'refused', words: 'Too dear.', retryAfterMs: null }
        asides.push(`${id}: ${wished} set aside`)
        return {
          kind: 'bought',
          settle: async (_, __, made) => void asides.push(`${id}: ${JSON.stringify(made)} paid`),
          release: async () => void asides.push(`${id}: released`),
        }
      },
    },
    ...{ clock: simulatedClock(), log: silentLog(), minutes: 5 },
  } as Parameters<typeof createPaidListening>[0])
  const folder = {
    path: (ending: string) => `/piece${piece++}${ending}`,
    blob: async () => new Blob(['sound']),
  } as unknown as Folder
  const spender = { platform: 'chat', workspace: 'w', channel: 'c', person: 'ann' }
  const sound: SoundAsked = { key: 'k', path: '/sound', name: 'a' }
  const how = { folder, payer: { spender }, signal: new AbortController().signal }
  const { asked, hears } = senses
  return { run: () => listen(sound, facts, how, silentLog()), asides, wishes, hears, asked: asked.transcribe }
}

const endings = (asides: readonly string[]): string[] => asides.map((one) => one.replace(/^k:\d+/, ''))

it('sets aside what a sound costs that turns out to be longer than it was said to be', async () => {
  const { run, asides } = listening([100, 100])
  expect(await run()).toMatchObject({ kind: 'heard', seconds: 200 })
  expect(endings(asides)).toEqual([
    ': 1 set aside',
    ': released',
    ':whole: 200 set aside',
    ':whole: {"kind":"transcription","seconds":200} paid',
  ])
})

it('asks no model about one that turns out to be longer than is transcribed here, or than the budget', async () => {
  const long = listening([200, 200])
  await expect(long.run()).rejects.toMatchObject({
    words:
      'it is 6 min 40 s long, and recordings of up to 5 minutes are transcribed here. Send a shorter part of it',
  })
  const dear = listening([100, 100], 50)
  expect(await dear.run()).toMatchObject({ kind: 'skipped', why: 'too dear.' })
  for (const { asides, asked } of [long, dear]) {
    expect(endings(asides)).toEqual([': 1 set aside', ': released'])
    expect(asked).toEqual([])
  }
})

it('has no sound cut into pieces of seconds, however short it is said to be', async () => {
  const { run, wishes } = listening([1.5])
  await run()
  expect(wishes[0]?.longest).toBeGreaterThanOrEqual(60)
})

it('owes nothing for pieces that all failed, whatever the sum of their fractions is', async () => {
  const { run, asides, hears } = listening([0.1, 0.2, 0.3])
  hears(() => {
    throw new ModelError('network', 'The model is away.')
  })
  await expect(run()).rejects.toThrow('away')
  expect(endings(asides)).toEqual([': 1 set aside', ': released'])
})
