import { accountMethods } from './account-methods.ts'
import { assistantMethods } from './assistant-methods.ts'
import { chatMethods } from './chat-methods.ts'
import { conversationMethods } from './conversation-methods.ts'
import { createDelivery, type DeliveryOptions } from './delivery.ts'
import { createFaults, type Fault, type FaultMatch } from './faults.ts'
import { fileMethods } from './file-methods.ts'
import { type FileControls, fileServing } from './file-serving.ts'
import { channelAt, type FakeMessage, rootOf, type Where } from './handles.ts'
import { createHttpDelivery, type HttpControls } from './http-delivery.ts'
import { createLedger, type Ledger } from './ledger.ts'
import { DEFAULT_LIMITS, type FakeLimits } from './limits.ts'
import { createOAuth, type OAuthControls } from './oauth.ts'
import type { FakePerson } from './people.ts'
import { type FakeChannel, type FakeTeam, newTeam, type TeamOptions } from './places.ts'
import { responseUrls } from './response-urls.ts'
import { type SeenMessage, seen, statusIn, visible } from './seeing.ts'
import { startServer } from './server.ts'
import type { SocketControls } from './socket-controls.ts'
import { createSockets } from './sockets.ts'
import { streamMethods } from './stream-methods.ts'
import { SUBSCRIPTIONS } from './subscriptions.ts'
import { viewMethods } from './view-methods.ts'
import { channelOf, createWorld, type Delivery } from './world.ts'

export interface SlackFakeOptions {
  /** The round trip of a request, ms; half of it each way, and half for an event. */
  readonly latency?: () => number
  /** 'none': nobody is ever told to slow down; sizes and lifetimes stay. */
  readonly limits?: Partial<FakeLimits> | 'none'
  /** Ms since 1970; limits, tokens, streams and ids go by it. Acknowledgements, latency and pings are real time. */
  readonly now?: () => number
  /** How long Slack waits for an acknowledgement, or an answer by HTTP; 3 s. */
  readonly ackTimeoutMs?: number
  /** After which waits an HTTP delivery comes again; at once, after 1 and after 5 minutes. */
  readonly retryMs?: readonly number[]
  /** How long events wait where no connection is open; 5 minutes. 0 = they are lost. */
  readonly keepMs?: number
  /** How often the fake pings; 10 s. 0 = never. */
  readonly pingMs?: number
  /** Equal `ts` in different channels. */
  readonly collidingTs?: boolean
  /** What the app subscribes to; absent = everything. */
  readonly events?: readonly string[]
  readonly seed?: number
}

export interface SlackFake {
  /** For SLACK_API_URL and `slackApiUrl`; ends with '/'. */
  readonly apiUrl: string
  /** Where files and response_urls are, too. */
  readonly origin: string
  readonly appToken: string
  readonly signingSecret: string
  readonly app: { readonly id: string; readonly scopes: Set<string> }
  readonly client: { readonly id: string; readonly secret: string }
  /** The first workspace, which is there from the start. */
  readonly team: FakeTeam
  workspace(options?: TeamOptions): FakeTeam
  /** `thread`: the root and its replies; 'all': everything; absent: the top level (of a message: its thread). */
  visible(
    where: Where,
    options?: { readonly thread?: FakeMessage | string | 'all'; readonly as?: FakePerson },
  ): SeenMessage[]
  /** A message as it is now; null when it is gone. */
  message(message: { readonly channel: string; readonly ts: string }, as?: FakePerson): SeenMessage | null
  /** The status that is shown in a thread now. */
  status(where: FakeChannel, thread: FakeMessage | string): string | null
  titleOf(where: FakeChannel, thread: FakeMessage | string): string | null
  /** Suggested prompts, of a thread or of the Messages tab itself. */
  prompts(
    where: FakeChannel,
    thread?: FakeMessage | string,
  ): readonly { readonly title: string; readonly message: string }[]
  readonly ledger: Ledger
  /** Waits until `check` gives something true; looked at after every call and frame, and every 10 ms. Rejects after `withinMs` (5 s). */
  until<T>(check: () => T, withinMs?: number): Promise<NonNullable<T>>
  readonly faults: {
    next(match: FaultMatch, fault: Fault, times?: number): void
    clear(): void
    /** The whole host: connections are refused, and cut. */
    down(): Promise<void>
    up(): Promise<void>
  }
  readonly sockets: SocketControls
  readonly http: HttpControls
  readonly files: FileControls
  readonly oauth: OAuthControls
  /** How events are delivered from now on. */
  deliver(options: DeliveryOptions): void
  /** Events for which this says true never come; null ends it. */
  lose(which: ((payload: Delivery['payload']) => boolean) | null): void
  /** Anything, to the app. */
  send(delivery: Delivery): void
  close(): Promise<void>
}

/** Slack as a server on this machine: Web API, Socket Mode, its limits, and the faults a test asks for. */
export async function startSlackFake(options: SlackFakeOptions = {}): Promise<SlackFake> {
  const { latency = () => 0, now = Date.now, limits = {}, ackTimeoutMs = 3_000, seed = 1 } = options
  const limiting = limits !== 'none'
  const world = createWorld(
    now,
    {
      ...DEFAULT_LIMITS,
      ...(limits === 'none' ? {} : { ...limits, methods: { ...DEFAULT_LIMITS.methods, ...limits.methods } }),
    },
    options.collidingTs ?? false,
    new Set(options.events ?? SUBSCRIPTIONS),
  )
  world.tokens.set(world.app.token, { kind: 'app', team: '', refused: null, expiresAt: null })
  const ledger = createLedger()
  const faults = createFaults()
  const oauth = createOAuth(world)
  const files = fileServing(world, ledger, faults, latency)
  const methods = [
    ...chatMethods(world),
    ...streamMethods(world),
    ...assistantMethods(world),
    ...viewMethods(world),
    ...conversationMethods(world),
    ...fileMethods(world),
    ...oauth.methods,
    ...accountMethods(
      world,
      () => sockets.count(),
      () => sockets.link(),
    ),
  ]
  const served = [responseUrls(world, ledger, faults, latency), files.serve]
  const server = await startServer(world, methods, served, ledger, faults, latency, limiting)
  world.origin = `http://127.0.0.1:${server.port}`
  const sockets = createSockets(world, server.server, ledger, latency, {
    ackTimeoutMs,
    keepMs: options.keepMs ?? 5 * 60_000,
    pingMs: options.pingMs ?? 10_000,
    seed,
  })
  const http = createHttpDelivery(
    world,
    ledger,
    latency,
    options.retryMs ?? [0, 60_000, 300_000],
    ackTimeoutMs,
  )
  const delivery = createDelivery(world, (one) => (http.active() ? http.hand(one) : sockets.hand(one)))
  const team = newTeam(world, ledger)

  return {
    apiUrl: `${world.origin}/api/`,
    origin: world.origin,
    appToken: world.app.token,
    signingSecret: world.signingSecret,
    app: world.app,
    client: world.client,
    team,
    workspace: (about) => newTeam(world, ledger, about),
    visible(where, { thread, as } = {}) {
      if (where === 'dm' && as === undefined) throw new Error(`visible('dm') needs {as: somebody}`)
      const channel = channelAt(world, where, as?.team ?? team.id, as?.id ?? '')
      const own = typeof where === 'object' && 'ts' in where ? where : undefined
      const wanted = thread ?? own
      return visible(world, channel, wanted === undefined ? null : rootOf(wanted), as?.id ?? null)
    },
    message({ channel, ts }, as) {
      const found = world.channels.get(channel)?.messages.get(ts)
      return found === undefined ? null : seen(world, found, channelOf(world, channel), as?.id ?? null)
    },
    status: ({ id }, thread) => statusIn(world, channelOf(world, id), rootOf(thread)),
    titleOf: ({ id }, thread) => channelOf(world, id).titles.get(rootOf(thread)) ?? null,
    prompts: ({ id }, thread) =>
      channelOf(world, id).prompts.get(thread === undefined ? '' : rootOf(thread))?.prompts ?? [],
    ledger,
    until: (check, withinMs = 5_000) => ledger.until(check, withinMs),
    faults: { next: faults.next, clear: faults.clear, down: server.down, up: server.up },
    sockets: sockets.controls,
    http: http.controls,
    files: files.controls,
    oauth: oauth.controls,
    deliver: delivery.set,
    lose: delivery.lose,
    send: (one) => world.deliver(one),
    async close() {
      delivery.close()
      http.close()
      sockets.close()
      await server.close()
    },
  }
}
