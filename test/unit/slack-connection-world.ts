import pino from 'pino'
import type { Body } from '../../adapters/slack/app.ts'
import { createSockets, type Sockets, type SocketsParts } from '../../adapters/slack/sockets.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { startSlackFake } from '../fakes/slack/slack-fake.ts'

export type Fake = Awaited<ReturnType<typeof startSlackFake>>

export interface ConnectionWorld {
  readonly slack: Fake
  readonly sockets: Sockets
  /** Event ids as they came, deliveries of the same event each. */
  readonly heard: string[]
  /** What the sockets said of their gaps, in order; null = the first connection. */
  readonly gaps: (number | null)[]
  readonly logged: string[]
  start(): Promise<void>
  close(): Promise<void>
}

/** The real SocketModeClients against the fake; every event is acknowledged at once, unless `hear` says otherwise. */
export async function connectionWorld(
  given: Partial<SocketsParts> & { fake?: Parameters<typeof startSlackFake>[0] } = {},
): Promise<ConnectionWorld> {
  const slack = await startSlackFake(given.fake ?? {})
  const heard: string[] = []
  const gaps: (number | null)[] = []
  const logged: string[] = []
  const sockets = createSockets({
    appToken: slack.appToken,
    apiUrl: slack.apiUrl,
    viaProxy: false,
    clock: systemClock(),
    chance: { random: () => 0.5 },
    log: pino({ level: 'debug' }, { write: (line: string) => logged.push(line) }),
    app: () => slack.app.id,
    connected: (gap) => gaps.push(gap),
    hear: (body: Body, acknowledge) => {
      heard.push(String(body.event_id))
      // A connection that is gone: the fake delivers it again.
      acknowledge().catch(() => undefined)
    },
    pauses: { first: 20, longest: 100 },
    ...given,
    timing: { opening: 2_000, closing: 50, overlap: 100, ...given.timing },
  })
  return {
    slack,
    sockets,
    heard,
    gaps,
    logged,
    start: () => sockets.start(new AbortController().signal),
    close: async () => {
      await sockets.stop()
      await slack.close()
    },
  }
}

/** Resolves when the condition holds; the test's own time limit ends the wait. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2))
}
