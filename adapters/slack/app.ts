import { App, type Receiver } from '@slack/bolt'
import type { Logger } from 'pino'
import { sdkLogger } from './sdk-log.ts'

/** A body as Slack sends it, over a socket or HTTP. */
export type Body = Readonly<Record<string, unknown>>

/** Tells Slack that it arrived; `body` is what Slack shows or does at once. Only the first call counts. */
export type Acknowledge = (body?: unknown) => Promise<void>

/** Who hears what. Rejects: it could not be taken in. */
export interface Listeners {
  event(envelope: Body): Promise<void>
  command(body: Body, acknowledge: Acknowledge): Promise<void>
  action(body: Body, acknowledge: Acknowledge): Promise<void>
  shortcut(body: Body, acknowledge: Acknowledge): Promise<void>
  view(body: Body, acknowledge: Acknowledge): Promise<void>
}

/** Hands a body to its listener. Rejects as the listener does. `odd`: it makes no sense, or is for nobody. */
export type Route = (body: Body, acknowledge: Acknowledge) => Promise<'heard' | 'odd'>

/** What became of one body; Bolt carries it to the listener. */
interface Fate {
  heard: boolean
  failed: { readonly cause: unknown } | null
}

/** Bolt, for telling apart what Slack sends. How it comes in, and when it is acknowledged, is decided outside of it. */
export function createRoute(listeners: Listeners, log: Logger): Route {
  const receiver: Receiver = {
    init: () => undefined,
    start: async () => undefined,
    stop: async () => undefined,
  }
  const bolt = new App({
    receiver,
    logger: sdkLogger(log),
    // Without a token: Bolt would keep a client for each, and who Parley is there is asked where it is needed.
    authorize: async () => ({}),
    // Both look into what is said, and hearing does that.
    ignoreSelf: false,
    convoStore: false,
  })
  bolt.error(async (error) => {
    throw error
  })

  const hearing = async (context: object, run: () => Promise<void>): Promise<void> => {
    const { fate } = context as { fate: Fate }
    fate.heard = true
    try {
      await run()
    } catch (cause) {
      fate.failed = { cause }
    }
  }
  const any = /^/
  bolt.event(any, ({ body, context }) => hearing(context, () => listeners.event(plain(body))))
  bolt.command(any, ({ body, ack, context }) =>
    hearing(context, () => listeners.command(plain(body), acknowledgeBy(ack))),
  )
  bolt.action({ action_id: any }, ({ body, ack, context }) =>
    hearing(context, () => listeners.action(plain(body), acknowledgeBy(ack))),
  )
  bolt.shortcut(any, ({ body, ack, context }) =>
    hearing(context, () => listeners.shortcut(plain(body), acknowledgeBy(ack))),
  )
  bolt.view(any, ({ body, ack, context }) =>
    hearing(context, () => listeners.view(plain(body), acknowledgeBy(ack))),
  )

  return async (body, acknowledge) => {
    const fate: Fate = { heard: false, failed: null }
    // Bolt acknowledges events before they are heard: for these it is given nothing to do so with.
    const ack = 'event' in body ? async () => undefined : acknowledge
    try {
      await bolt.processEvent({ body, ack, customProperties: { fate } })
    } catch (error) {
      // Listeners' failures are kept in `fate`: this is Bolt's own, over a body that is not as Slack documents it.
      log.warn(
        { reason: error instanceof Error ? error.name : typeof error },
        'Slack sent what makes no sense',
      )
      return 'odd'
    }
    if (fate.failed) throw fate.failed.cause
    return fate.heard ? 'heard' : 'odd'
  }
}

const plain = (body: object): Body => body as Body

const acknowledgeBy =
  (ack: (body?: never) => Promise<void>): Acknowledge =>
  (body) =>
    ack(body as never)
