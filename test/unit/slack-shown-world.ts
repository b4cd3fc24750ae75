import { setTimeout as pause } from 'node:timers/promises'
import type fc from 'fast-check'
import { expect } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Platform } from '../../src/ports/platform.ts'
import type { Delivered } from '../../src/reply/delivered.ts'
import { createDelivery } from '../../src/reply/delivery.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { outgoing } from '../contract/slack-world.ts'
import { type Fault, limited } from '../fakes/slack/faults.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'

/** The real adapter and the engine's delivery towards the fake, in time that runs faster. */
export interface ShownWorld {
  readonly slack: SlackFake
  /** What happens to the next calls; null = nothing. */
  trouble(faults: Faults): void
  calm(): void
  show(answer: Answer): Promise<{ readonly delivered: Delivered; readonly messages: readonly Shown[] }>
  expectNobodyRung(): void
  close(): Promise<void>
}

export interface Answer {
  readonly text: string
  readonly in: 'dm' | 'channel'
  readonly length: number
  readonly everyMs: number
}

interface Shown {
  /** Without zero-width spaces. */
  readonly text: string
  readonly isStreaming: boolean
  /** Texts of the files that stand there. */
  readonly files: readonly string[]
  /** It was a stream to its end. */
  readonly streamed: boolean
  /** Nothing was taken away from it while it was a stream. */
  readonly grew: boolean
  /** How many texts it had. */
  readonly history: number
}

const troubles = {
  'chat.startStream': ['lose the reply', limited(0), { status: 503, body: 'busy' }],
  'chat.appendStream': [
    'lose the reply',
    { error: 'msg_too_long' },
    { error: 'message_not_in_streaming_state' },
    { status: 503, body: 'busy' },
    limited(0),
  ],
  'chat.stopStream': [
    'lose the reply',
    { error: 'message_not_in_streaming_state' },
    { status: 503, body: '' },
  ],
  'chat.update': ['lose the reply', 'refuse', { error: 'msg_too_long' }, { status: 503, body: 'busy' }],
  'chat.postMessage': ['lose the reply', 'refuse', { status: 503, body: 'busy' }, limited(0)],
} as const satisfies Readonly<Record<string, readonly Fault[]>>

export type Faults = Readonly<Record<string, readonly (Fault | null)[]>>

/** One list of faults for each method. */
export const faultsOf = (
  often: (rare: readonly Fault[]) => fc.Arbitrary<readonly (Fault | null)[]>,
): Record<string, fc.Arbitrary<readonly (Fault | null)[]>> =>
  Object.fromEntries(Object.entries(troubles).map(([method, rare]) => [method, often(rare)]))

const FASTER = 10
/** Virtual: Slack ends a stream then, and Parley a little earlier. */
const LIFE_MS = 5_000
const GROWS_MS = 3_500
const MANY = { limit: 100_000, windowMs: 1_000 }
/** A mention that Slack would make of it. */
const live = /<(?:@[UWB]\w|#[CG]\w|!(?:channel|here|everyone|group|subteam|date)\b)/

export async function shownWorld(): Promise<ShownWorld> {
  const clock = fasterClock()
  const slack = await startSlackFake({
    now: clock.now,
    limits: {
      methods: Object.fromEntries(Object.keys(troubles).map((method) => [method, MANY])),
      tier2: MANY,
      tier3: MANY,
      tier4: MANY,
      posts: MANY,
      postsOfTeam: MANY,
      streamMs: LIFE_MS,
    },
  })
  const { platform: real, end } = outgoing(slack, clock)
  const platform: Platform = {
    ...real,
    limits: { ...real.limits, streamMs: GROWS_MS },
    budget: (...of) => real.budget(...of).map((budget) => ({ ...budget, ...MANY })),
  }
  const pacer = createPacer({ clock })
  let count = 0

  async function show(answer: Answer) {
    const name = `n${count++}`
    const person = slack.team.person({ name })
    const channel = answer.in === 'dm' ? person.dm : slack.team.channel({ name })
    const question = person.says(channel, 'a question')
    const place: Place = {
      conversation: { platform: 'slack', workspace: slack.team.id, channel: channel.id, thread: question.ts },
      root: null,
      direct: answer.in === 'dm',
    }
    const delivery = createDelivery({
      platform,
      place,
      pacer,
      clock,
      nonce: (index) => `${name}:${index}`,
      draft: [],
      saveParts: async () => undefined,
      controls: (state) => (state === 'writing' ? ['stop'] : ['regenerate', 'thumbs']),
      signal: new AbortController().signal,
    })
    for (let at = 0; at < answer.text.length; at += answer.length) {
      delivery.write(answer.text.slice(at, at + answer.length))
      await clock.sleep(answer.everyMs)
    }
    const delivered = await delivery.finish()
    const messages = slack.visible(question).filter(({ fromBot }) => fromBot)
    return {
      delivered,
      messages: messages.map(({ text, files, isStreaming, streamed, history, edits }) => ({
        files: files.map(({ bytes }) => new TextDecoder().decode(bytes)),
        text: text.replaceAll('\u200B', ''),
        isStreaming,
        streamed,
        history: history.length,
        grew: grew(history.slice(0, history.length - edits).map((each) => each.text)),
      })),
    }
  }

  return {
    slack,
    trouble(faults) {
      for (const [method, list] of Object.entries(faults))
        for (const fault of list) slack.faults.next({ method }, fault ?? { delayMs: 0 })
    },
    calm: slack.faults.clear,
    show,
    expectNobodyRung() {
      for (const { args } of slack.ledger.calls) expect(JSON.stringify(args)).not.toMatch(live)
    },
    async close() {
      end()
      await slack.close()
    },
  }
}

const grew = (texts: readonly string[]): boolean =>
  texts.every((text, at) => text.startsWith(texts[at - 1] ?? ''))

/** Pauses and limits are short so, and the network stays as it is. */
function fasterClock(): Clock {
  const began = Date.now()
  const start = performance.now()
  const elapsed = (): number => (performance.now() - start) * FASTER
  return {
    now: () => Math.floor(began + elapsed()),
    elapsed,
    async sleep(ms, signal) {
      await pause(ms / FASTER, undefined, signal ? { signal } : {}).catch((error: unknown) => {
        signal?.throwIfAborted()
        throw error
      })
    },
  }
}
