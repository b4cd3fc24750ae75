import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { createHearing, type HearingHow, heardKey, type SoundAsked } from '../../src/media/hearing.ts'
import { createRoom } from '../../src/media/room.ts'
import { type Log, silentLog } from '../../src/observe/log.ts'
import type { Bought, Buying, BuyingWish, Wares } from '../../src/policy/buying.ts'
import { MediaError, ModelError } from '../../src/ports/failure.ts'
import type { PiecesWish, SoundFacts, SoundPiece } from '../../src/ports/media-tools.ts'
import type { TranscribeRequest, Transcript } from '../../src/ports/model.ts'
import type { Folder, Scratch } from '../../src/ports/scratch.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { createScriptedSenses } from '../fakes/scripted-senses.ts'

const MB = 1024 * 1024
const key = heardKey({ platform: 'chat', workspace: 'w' }, 'f1')
const spender = { platform: 'chat', workspace: 'w', channel: 'c', person: 'ann' }
const short: SoundFacts = {
  type: 'audio/ogg',
  codec: 'opus',
  seconds: 12,
  channels: 1,
  rate: 48_000,
  size: 40_000,
  hasPictures: false,
}

/** Sounds that are nothing but facts; what models say is up to the test. */
function world(
  facts: Partial<SoundFacts> | Error = {},
  refusal: string | null | (() => string | null) = null,
  log: Log = silentLog(),
) {
  const clock = simulatedClock()
  const kept = new Map<string, unknown>()
  const wishes: PiecesWish[] = []
  const booked: Wares[] = []
  const deals: string[] = []
  const requests: TranscribeRequest[] = []
  const converted: string[] = []
  let answer = async (_: TranscribeRequest, __: AbortSignal): Promise<Partial<Transcript>> => ({
    text: 'Good day. How are you?',
  })
  const { tools } = createScriptedSenses({
    sound: async () => {
      if (facts instanceof Error) throw facts
      return { ...short, ...facts }
    },
    async convert(_, format) {
      converted.push(format)
      return short
    },
    async pieces(_, wish) {
      wishes.push(wish)
      const { seconds, type } = { ...short, ...facts }
      const form = type === 'audio/aac' ? { type, ending: '.aac' } : { type: 'audio/ogg', ending: '.ogg' }
      const count = Math.ceil(seconds / Math.min(wish.longest, 2_400))
      return Array.from({ length: count }, (_, i): SoundPiece => {
        const from = (seconds / count) * i
        return {
          path: wish.path('.ogg'),
          ...form,
          from,
          seconds: seconds / count,
          size: 9,
        }
      })
    },
  })
  const buying: Buying = {
    async open({ id, wares }: BuyingWish) {
      const budget = typeof refusal === 'function' ? refusal() : refusal
      if (budget !== null) return { kind: 'refused', words: budget, retryAfterMs: null }
      deals.push(id)
      const bought: Bought = {
        kind: 'bought',
        settle: async (_, __, made = wares) => void booked.push(made),
        release: async () => void deals.pop(),
      }
      return bought
    },
  }
  const store = {
    get: async <T>(key: string) => kept.get(key) as T | undefined,
    getMany: async () => [],
    set: async (key: string, value: unknown) => !!kept.set(key, structuredClone(value)),
    delete: async (key: string) => kept.delete(key),
    deleteMany: async () => true,
  }
  const transcriber = {
    async transcribe(request: TranscribeRequest, signal: AbortSignal): Promise<Transcript> {
      requests.push(request)
      return { text: '', language: 'english', usage: null, ...(await answer(request, signal)) }
    },
  }
  let made = 0
  let [opened, closed] = [0, 0]
  const folder = {
    path: (ending: string) => `/piece${made++}${ending}`,
    blob: async (path: string, type: string) => new Blob([path], { type }),
    close: async () => void closed++,
  } as unknown as Folder
  const scratch: Scratch = {
    async open() {
      opened++
      return folder
    },
    close: async () => undefined,
  }
  const disk = createRoom({ clock, bytes: 1_000 * MB })
  const hearing = createHearing({
    ...{ transcriber, tools, scratch, disk, store, buying, clock, model: 'm', log },
    ...{ keepMs: 1_000, language: null, minutes: 120 },
  })
  const how = (more: Partial<HearingHow> = {}): HearingHow => ({
    ...{ payer: { spender }, signal: new AbortController().signal },
    ...more,
  })
  return {
    ...{ hearing, clock, requests, converted, wishes, booked, deals, how, kept, disk },
    folders: () => ({ opened, closed }),
    hear: (more: Partial<HearingHow> = {}, sound: Partial<SoundAsked> = {}) =>
      hearing.hear({ key, path: '/sound', name: 'note.ogg', ...sound }, how(more)),
    says: (say: typeof answer) => {
      answer = say
    },
  }
}

const tooLong = () => new ModelError('bad_request', 'OpenAI refused it: audio is longer than 1400 seconds.')

describe('hearing', () => {
  it('sends a small recording as it is, with the hints, and tells its words, length, language and sentences', async () => {
    const { hear, requests, booked } = world()
    expect(await hear({ language: 'en', vocabulary: 'Ann, Bob' })).toEqual({
      kind: 'heard',
      text: 'Good day. How are you?',
      language: 'en',
      seconds: 12,
      lines: [
        { from: 0, to: expect.closeTo(5.45), text: 'Good day.' },
        { from: expect.closeTo(5.45), to: 12, text: 'How are you?' },
      ],
    })
    expect(requests).toMatchObject([
      { model: 'm', name: 'note.ogg', type: 'audio/ogg', language: 'en', vocabulary: 'Ann, Bob' },
    ])
    expect(await requests[0]?.sound.text()).toBe('/sound')
    expect(booked).toEqual([{ kind: 'transcription', seconds: 12 }])
  })

  it.each([
    ['audio/mp4', 'clip.mp4', 'clip.m4a'],
    ['video/mp4', 'audio_message', 'audio_message.mp4'],
    ['audio/mpeg', '../../etc/passwd.exe', '.._.._etc_passwd.mp3'],
    ['audio/ogg; codecs=opus', 'ein "Gruß"\n.oga', 'ein _Gruß__.ogg'],
    ['audio/webm', '.hidden', 'sound.webm'],
  ])('names %s after its bytes', async (type, name, sent) => {
    const { hear, requests } = world({ type })
    await hear({}, { name })
    expect(requests[0]?.name).toBe(sent)
  })

  it('listens once, whoever asks again, also at the same moment', async () => {
    const { hear, hearing, requests, deals } = world()
    const [one, two] = await Promise.all([hear(), hear()])
    expect(two).toEqual(one)
    expect(await hear()).toEqual(one)
    expect(await hearing.before(key)).toEqual(one)
    expect(requests).toHaveLength(1)
    expect(deals).toHaveLength(1)
  })

  it('listens again when another language is asked for', async () => {
    const { hear, requests } = world()
    await hear()
    await hear({ language: 'en' })
    await hear({ language: 'de' })
    expect(requests.map(({ language }) => language)).toEqual([undefined, 'de'])
  })

  it('keeps what was heard for everybody, when somebody asks for another language', async () => {
    const { hear, hearing, says, requests } = world()
    says(async () => ({ text: 'Guten Tag zusammen', language: 'de' }))
    await hear()
    says(async () => ({ text: 'Good tack, zoo salmon', language: 'en' }))
    for (const _ of [1, 2])
      expect(await hear({ language: 'en' })).toMatchObject({ text: 'Good tack, zoo salmon' })
    expect(await hear()).toMatchObject({ text: 'Guten Tag zusammen' })
    expect(await hearing.before(key)).toMatchObject({ text: 'Guten Tag zusammen' })
    expect(await hearing.before(key, 'en')).toMatchObject({ text: 'Good tack, zoo salmon' })
    expect(requests).toHaveLength(2)
    for (const language of ['fr', 'es', 'it', 'pt', 'nl']) {
      says(async () => ({ text: language, language }))
      await hear({ language })
    }
    expect(await hearing.before(key, 'nl')).toMatchObject({ text: 'nl' })
    expect(await hearing.before(key, 'en')).toBeNull()
  })

  it('cuts what is too large, and joins the pieces in order with their times', async () => {
    const { hear, says, wishes, requests } = world({ size: 60_000_000, seconds: 6_000 })
    let running = 0
    let most = 0
    says(async ({ name }) => {
      most = Math.max(most, ++running)
      // The first is the slowest.
      for (let i = 0; i < (name === 'note-1.ogg' ? 50 : 5); i++) await Promise.resolve()
      running--
      return { text: name, segments: [{ from: 1, to: 9_999, text: ` ${name}` }] }
    })
    expect(await hear()).toMatchObject({
      text: 'note-1.ogg\n\nnote-2.ogg\n\nnote-3.ogg',
      lines: [
        { from: 1, to: 2_000, text: 'note-1.ogg' },
        { from: 2_001, to: 4_000, text: 'note-2.ogg' },
        { from: 4_001, to: 6_000, text: 'note-3.ogg' },
      ],
    })
    expect(wishes).toMatchObject([{ most: 24_000_000 }])
    expect(most).toBe(3)
    expect(requests).toHaveLength(3)
  })

  it.each([
    ['a film', { type: 'video/mp4', hasPictures: true, size: 5_000_000 }],
    ['a container that models do not take', { type: 'video/quicktime' }],
  ])('sends only the sound of %s', async (_, facts) => {
    const { hear, requests, wishes } = world(facts)
    await hear()
    expect(wishes).toHaveLength(1)
    expect(await requests[0]?.sound.text()).toMatch(/^\/piece/)
  })

  it('converts a piece whose container models do not take', async () => {
    const { hear, requests, converted } = world({ type: 'audio/aac', codec: 'aac' })
    await hear({}, { name: 'song.aac' })
    expect(converted).toEqual(['opus'])
    expect(requests).toMatchObject([{ name: 'song.ogg', type: 'audio/ogg' }])
  })

  it('cuts what the model refuses to take as long as it is, once', async () => {
    const { hear, says, wishes, requests, booked } = world({ seconds: 3_000 })
    says(async ({ name }) => {
      if (name === 'note.ogg') throw tooLong()
      return { text: name }
    })
    expect(await hear()).toMatchObject({ kind: 'heard', text: 'note-1.ogg\n\nnote-2.ogg\n\nnote-3.ogg' })
    expect(wishes).toMatchObject([{ longest: 1_200 }])
    expect(requests).toHaveLength(4)
    expect(booked).toEqual([{ kind: 'transcription', seconds: 3_000 }])
    const hopeless = world({ seconds: 3_000 })
    hopeless.says(async () => Promise.reject(tooLong()))
    expect(await hopeless.hear()).toMatchObject({ kind: 'skipped' })
    expect(hopeless.wishes).toHaveLength(1)
    expect(hopeless.deals).toEqual([])
  })

  it('says so when there are no words, and asks nobody about a click', async () => {
    const silent = world()
    silent.says(async () => ({ text: ' \n' }))
    expect(await silent.hear()).toMatchObject({ kind: 'heard', text: '', lines: [] })
    const click = world({ seconds: 0.05 })
    expect(await click.hear()).toMatchObject({ kind: 'heard', text: '' })
    expect(click.requests).toEqual([])
  })

  it('tells in words what is too long, broken, unaffordable or not to be had', async () => {
    expect(await world({ seconds: 6 * 3_600 }).hear()).toEqual({
      kind: 'skipped',
      why: 'it is 6 h long, and recordings of up to 120 minutes are transcribed here. Send a shorter part of it',
    })
    const broken = world(new MediaError('broken', 'it holds no sound.'))
    expect(await broken.hear()).toEqual({ kind: 'skipped', why: 'it holds no sound' })
    expect(await world({}, 'Your budget is $1.00 a day.').hear()).toEqual({
      kind: 'skipped',
      why: 'your budget is $1.00 a day',
      budget: { retryAfterMs: null },
    })
    const down = world()
    down.says(async () => Promise.reject(new ModelError('server', 'OpenAI has a problem (500).')))
    expect(await down.hear()).toMatchObject({
      kind: 'skipped',
      why: 'it could not be transcribed. OpenAI has a problem (500)',
    })
    expect(down.deals).toEqual([])
    expect(down.kept.size).toBe(0)
    const inside = { server: '10.0.0.7:8000' }
    down.says(async () => Promise.reject(new ModelError('server', '10.0.0.7:8000 has a problem.', inside)))
    expect(await down.hear()).toMatchObject({
      why: "it could not be transcribed. The model's server has a problem",
    })
  })

  it("makes do with the platform's transcript where no model can be asked", async () => {
    for (const { hear, says } of [world(), world({}, 'No money.')]) {
      says(async () => Promise.reject(new ModelError('network', 'OpenAI is away.')))
      expect(await hear({}, { transcript: ' Hello there. ' })).toMatchObject({
        kind: 'heard',
        text: 'Hello there.',
        borrowed: true,
        lines: [{ from: 0, to: 12, text: 'Hello there.' }],
      })
    }
  })

  it("makes do with the platform's transcript where the tools can't read it", async () => {
    const { hear } = world(new MediaError('unsupported', 'it needs ffmpeg'))
    expect(await hear({}, { transcript: 'Hello there.', seconds: 6 })).toMatchObject({
      kind: 'heard',
      seconds: 6,
      borrowed: true,
      lines: [{ from: 0, to: 6, text: 'Hello there.' }],
    })
    expect(await hear()).toMatchObject({ text: 'Hello there.' })
  })

  it("makes do with the platform's transcript where it is too long, by what the file says of itself too", async () => {
    const { hear, requests } = world({ seconds: 900 * 60 })
    expect(await hear({}, { transcript: 'Hello there.' })).toMatchObject({
      text: 'Hello there.',
      borrowed: true,
    })
    expect(requests).toEqual([])
  })

  it("does not make do for longer with the platform's transcript where only this moment was bad", async () => {
    const { hear, hearing, requests, disk } = world()
    const others = disk.enter()
    expect(others.reach(1_000 * MB)).toBe(true)
    const transcript = 'Hello there.'
    expect(await hear({}, { transcript })).toMatchObject({ text: transcript, borrowed: true })
    expect(await hearing.before(key)).toBeNull()
    others.leave()
    expect(await hear({}, { transcript })).toMatchObject({ text: 'Good day. How are you?' })
    expect(requests).toHaveLength(1)
  })

  it('does not make those with money make do with what one without got', async () => {
    let budget: string | null = 'No money.'
    const { hear, hearing, requests } = world({}, () => budget)
    const transcript = 'Hello there.'
    expect(await hear({}, { transcript })).toMatchObject({ text: transcript, borrowed: true })
    expect(await hearing.before(key)).toMatchObject({ text: transcript, unpaid: true })
    budget = null
    expect(await hear({}, { transcript })).toMatchObject({ text: 'Good day. How are you?' })
    expect(requests).toHaveLength(1)
    budget = 'No money.'
    expect(await hear({ language: 'de' }, { transcript })).toMatchObject({ borrowed: true })
    expect(await hearing.before(key)).toMatchObject({ text: 'Good day. How are you?' })
  })

  it('works in a folder of its own, and not at all without room on disk', async () => {
    const cut = world({ size: 60 * MB, seconds: 6_000 })
    await cut.hear()
    expect(cut.folders()).toEqual({ opened: 1, closed: 1 })
    expect(cut.disk.enter().reach(1_000 * MB)).toBe(true)
    const full = world({ size: 60 * MB, seconds: 6_000 })
    full.disk.enter().reach(950 * MB)
    expect(await full.hear()).toMatchObject({
      kind: 'skipped',
      why: expect.stringContaining('too many files'),
    })
    expect(full.requests).toEqual([])
  })

  it('stops with Stop, ends what runs, and books what went out by then', async () => {
    const { hear, says, booked, requests } = world({ size: 60_000_000, seconds: 6_000 })
    const stop = new AbortController()
    const ended: unknown[] = []
    says(async ({ name }, signal) => {
      if (name === 'note-1.ogg') return { text: 'one' }
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          ended.push(signal.reason)
          reject(signal.reason)
        }),
      )
    })
    const hearing = hear({ signal: stop.signal })
    await expect.poll(() => requests.length).toBe(3)
    stop.abort('Stop')
    await expect(hearing).rejects.toBe('Stop')
    await expect.poll(() => booked).toEqual([{ kind: 'transcription', seconds: 6_000 }])
    expect(ended).toEqual(['Stop', 'Stop'])
  })

  it('is paid for when it was stopped or late, and not when it was surely refused', async () => {
    const stop = new AbortController()
    const stopped = world()
    stopped.says(
      (_, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const hearing = stopped.hear({ signal: stop.signal })
    await expect.poll(() => stopped.requests.length).toBe(1)
    stop.abort('Stop')
    await expect(hearing).rejects.toBe('Stop')
    await expect.poll(() => stopped.booked).toEqual([{ kind: 'transcription', seconds: 12 }])
    for (const [kind, booked] of [
      ['timeout', [{ kind: 'transcription', seconds: 12 }]],
      ['network', []],
      ['rate', []],
      ['server', []],
    ] as const) {
      const failing = world()
      failing.says(async () => Promise.reject(new ModelError(kind, 'No.')))
      expect(await failing.hear()).toMatchObject({ kind: 'skipped' })
      expect(failing.booked).toEqual(booked)
      expect(failing.deals).toHaveLength(booked.length)
    }
  })

  it('that failed is in the log without the words of the server', async () => {
    const lines: string[] = []
    const { hear, says } = world(
      {},
      null,
      pino({ level: 'info' }, { write: (line) => void lines.push(line) }),
    )
    const cause = new Error('prompt: Kay Doe')
    says(async () =>
      Promise.reject(new ModelError('bad_request', 'Kay Doe is too long.', { status: 400, cause })),
    )
    expect(await hear()).toMatchObject({ kind: 'skipped' })
    expect(lines.join('')).toMatch(/could not be transcribed/)
    expect(lines.join('')).toContain('"status":400')
    expect(lines.join('')).not.toContain('Kay Doe')
  })

  it('does not wait for ever, neither for a model nor for another who listens to the same', async () => {
    const { hear, says, clock } = world()
    says(() => new Promise(() => {}))
    const [first, second] = [hear(), hear()]
    await clock.advance(30 * 60_000)
    for (const one of [first, second])
      expect(await one).toMatchObject({ kind: 'skipped', why: expect.stringMatching(/took too long/) })
  })

  it('keeps what a person corrected', async () => {
    const { hear, hearing, requests } = world()
    await hear()
    await hearing.correct(key, ' Good day, Kay. ')
    const corrected = { text: 'Good day, Kay.', corrected: true, seconds: 12, language: 'en' }
    expect(await hear({ language: 'de' })).toMatchObject(corrected)
    expect(requests).toHaveLength(1)
    await hearing.correct('another', 'Never heard')
    expect(await hearing.before('another')).toMatchObject({ text: 'Never heard', seconds: 0 })
  })
})
