import { createCatchUp } from '../../adapters/slack/catch-up/catch-up.ts'
import type { EventBody, Shown } from '../../adapters/slack/catch-up/happenings.ts'
import { tsAt } from '../../adapters/slack/catch-up/ts.ts'
import type { Installation } from '../../adapters/slack/installations/installation.ts'
import { type Got, isPassing, type PacedCall } from '../../adapters/slack/paced-call.ts'
import type { WireRequest } from '../../adapters/slack/wire.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { mapStore } from './discord-hearing-world.ts'
import { readableLog } from './slack-installations-world.ts'

export const installation: Installation = {
  team: 'T1',
  enterprise: null,
  token: 'xoxb-secret',
  botUser: 'UBOT',
  botId: 'BBOT',
  app: 'A1',
  teamName: 'Acme',
  scopes: [],
}

interface Message extends Shown {
  readonly ts: string
  text?: string
}

interface FakeChannel {
  readonly about: Record<string, unknown>
  messages: Message[]
}

const failed = (passing: boolean, error: string | null): Got<never> => ({
  kind: 'failed',
  passing,
  error,
  cause: new Error(error ?? 'The network is down'),
})

/** Slack's histories: pages, the newest first; threads, the oldest first behind their root. */
export function catchUpWorld() {
  const clock = simulatedClock()
  const store = mapStore()
  const { lines, log } = readableLog()
  const channels = new Map<string, FakeChannel>()
  const asked: WireRequest[] = []
  /** What was new to the inbox. */
  const heard: EventBody[] = []
  const inbox = new Set<string>()
  /** What a call comes to instead; undefined = as usual. */
  const faults: {
    call: (request: WireRequest) => string | null | undefined
    hear: (text: string) => boolean
    /** Milliseconds until a call's turn comes. */
    waits: (request: WireRequest) => number
  } = {
    call: () => undefined,
    hear: () => false,
    waits: () => 10,
  }
  let pageSize = 200
  let micro = 0

  const ts = (agoMs = 0): string => tsAt((clock.now() - agoMs) * 1_000 + (micro++ % 900))

  function paged<T>(all: readonly T[], args: Readonly<Record<string, unknown>>) {
    const from = Number(args.cursor ?? 0)
    const to = from + Math.min(pageSize, Number(args.limit))
    return { items: all.slice(from, to), response_metadata: { next_cursor: to < all.length ? `${to}` : '' } }
  }

  const shown = (channel: FakeChannel, message: Message): Shown => {
    const replies = channel.messages.filter((one) => one.thread_ts === message.ts && one.ts !== message.ts)
    const latest_reply = replies
      .map((one) => one.ts)
      .toSorted()
      .at(-1)
    return { ...message, ...(latest_reply !== undefined && { latest_reply, thread_ts: message.ts }) }
  }

  function answer({ method, args }: WireRequest): unknown {
    if (method === 'users.conversations') {
      const all = [...channels].map(([id, { about }]) => ({ id, ...about }))
      const { items, ...rest } = paged(all, args)
      return { channels: items, ...rest }
    }
    const channel = channels.get(`${args.channel}`)
    if (!channel) return null
    const inOrder = channel.messages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1))
    const wanted =
      method === 'conversations.history'
        ? inOrder.filter(({ ts: own, thread_ts }) => (thread_ts ?? own) === own).reverse()
        : inOrder.filter(
            ({ ts: own, thread_ts }) =>
              own === args.ts || (thread_ts === args.ts && own > `${args.oldest ?? ''}`),
          )
    const { items, ...rest } = paged(wanted, args)
    return { messages: items.map((one) => shown(channel, one)), ...rest }
  }

  const call: PacedCall = async <T>(request: WireRequest, signal: AbortSignal): Promise<Got<T>> => {
    signal.throwIfAborted()
    asked.push(request)
    await clock.sleep(faults.waits(request), signal)
    const fault = faults.call(request)
    if (fault !== undefined) return failed(fault === null || isPassing(fault), fault)
    const body = answer(request)
    return body === null ? failed(false, 'channel_not_found') : { kind: 'done', body: body as T }
  }

  function say(id: string, text: string, more: Partial<Message> = {}): string {
    const message = { type: 'message', user: 'U1', text, ts: ts(), ...more }
    channels.get(id)?.messages.push(message)
    return message.ts
  }

  function process() {
    const over = new AbortController()
    const catchUp = createCatchUp({
      hear: async (envelope) => {
        const event = envelope.event as Record<string, string>
        if (faults.hear(event.text ?? '')) throw new Error('The inbox does not take it in')
        const { channel = '', ts: own = '', thread_ts = null, subtype } = event
        const identity = `${channel}:${own}:${subtype ?? ''}`
        if (inbox.has(identity)) return
        inbox.add(identity)
        heard.push(envelope)
        if (subtype === undefined) catchUp.heard('T1', channel, own, thread_ts)
      },
      installations: { all: async () => [installation] },
      call,
      store,
      clock,
      log,
      signal: over.signal,
    })
    const keeping = catchUp.keep()
    return {
      catchUp,
      /** Delivered and admitted, as it happens. */
      live: (channel: string, text: string, more: Partial<Message> = {}): string => {
        const said = say(channel, text, more)
        inbox.add(`${channel}:${said}:`)
        catchUp.heard('T1', channel, said, more.thread_ts ?? null)
        return said
      },
      stop: async () => {
        over.abort(new Error('stopped'))
        await keeping
      },
    }
  }

  return {
    clock,
    store,
    lines,
    asked,
    faults,
    ts,
    process,
    pages: (size: number) => {
      pageSize = size
    },
    channel: (id: string, about: Record<string, unknown> = {}) => {
      channels.set(id, { about, messages: [] })
    },
    say,
    change: (id: string, changed: string, to: Partial<Message>) => {
      const channel = channels.get(id)
      if (channel)
        channel.messages = channel.messages.map((one) => (one.ts === changed ? { ...one, ...to } : one))
    },
    calls: (method: string) => asked.filter((one) => one.method === method),
    heard,
    texts: () => heard.map(({ event }) => (event as { text?: string }).text),
    events: () => heard.map(({ event }) => event as Record<string, unknown>),
  }
}

export type CatchUpWorld = ReturnType<typeof catchUpWorld>
