import pino from 'pino'
import { createSlack, type Slack, type SlackOptions } from '../../adapters/slack/slack.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { placeOf } from '../../src/conversation/place.ts'
import type { InboundEvent } from '../../src/ports/event.ts'
import type { Admission, Intake } from '../../src/ports/intake.ts'
import { type SlackFake, type SlackFakeOptions, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { commands, memoryStore, type WebWorld, webWorld } from './web-world.ts'

export interface Whole {
  readonly slack: SlackFake
  readonly adapter: Slack
  /** Everything that was admitted as new, in order. */
  readonly heard: InboundEvent[]
  readonly logged: string[]
  /** What the inbox does with the next events. */
  admit: (event: InboundEvent) => Promise<Admission>
  start(): Promise<void>
  close(): Promise<void>
}

/** The whole adapter against the fake, with the web server where events come over HTTP; the inbox is the test's. */
export async function wholeSlack(
  mode: 'socket' | 'http',
  given: { options?: Partial<SlackOptions>; fake?: SlackFakeOptions } = {},
): Promise<Whole> {
  const slack = await startSlackFake({ ackTimeoutMs: 300, retryMs: [0, 50, 100], ...given.fake })
  const heard: InboundEvent[] = []
  const logged: string[] = []
  const known = new Set<string>()
  const adapter = createSlack({
    botToken: slack.team.botToken,
    appToken: mode === 'socket' ? slack.appToken : null,
    signingSecret: mode === 'http' ? slack.signingSecret : null,
    oauth: null,
    apiUrl: slack.apiUrl,
    streaming: () => 'auto',
    store: memoryStore(),
    clock: systemClock(),
    chance: systemChance(),
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    viaProxy: false,
    historyMs: 86_400_000,
    timing: { sockets: { closing: 100 }, pauses: { first: 20, longest: 100 } },
    ...given.options,
  })
  const whole: Whole = {
    slack,
    adapter,
    heard,
    logged,
    admit: async () => 'new',
    start: () => adapter.platform.start(intake, new AbortController().signal),
    close: async () => {
      await adapter.platform.stop()
      await web?.close()
      await slack.close()
    },
  }
  const intake: Intake = {
    commands,
    place: async (spot) => placeOf(spot, 'thread'),
    follows: async () => false,
    suggest: async () => [],
    form: async () => null,
    overview: async () => null,
    paced: (_budgets, call) => call(),
    admit: async (event) => {
      if (known.has(event.id)) return 'duplicate'
      const admission = await whole.admit(event)
      if (admission !== 'new' || known.has(event.id)) return 'duplicate'
      known.add(event.id)
      heard.push(event)
      return 'new'
    },
  }
  let web: WebWorld | null = null
  if (mode === 'http') {
    web = await webWorld({ routes: adapter.routes })
    slack.http.to(`${web.url}/slack/events`)
  }
  return whole
}
