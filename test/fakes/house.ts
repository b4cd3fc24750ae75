import { openSqlite } from '../../adapters/sqlite/sqlite.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { createScratch } from '../../adapters/system/scratch.ts'
import { createShelf } from '../../adapters/system/shelf.ts'
import { createCatalog } from '../../src/conversation/catalog.ts'
import { createDirect } from '../../src/conversation/direct.ts'
import { createEngine } from '../../src/conversation/engine.ts'
import { createMemory } from '../../src/conversation/memory.ts'
import type { ConversationMode } from '../../src/conversation/place.ts'
import { createSettings } from '../../src/conversation/settings.ts'
import { silentLog } from '../../src/observe/log.ts'
import { createMetrics } from '../../src/observe/metrics.ts'
import type { TurnTrace } from '../../src/observe/trace.ts'
import { createTraces } from '../../src/observe/traces.ts'
import { createBudget } from '../../src/policy/budget.ts'
import { createPrices } from '../../src/policy/prices.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { createSenses, type Senses } from '../../src/senses.ts'
import { within } from '../../src/within.ts'
import { type ChatPlatform, createChatPlatform } from './chat-platform.ts'
import { warmThread } from './database-threads.ts'
import { createScriptedModel, type ScriptedModel } from './scripted-model.ts'
import { createScriptedSenses, type ScriptedSenses } from './scripted-senses.ts'

export interface House {
  readonly chat: ChatPlatform
  readonly model: ScriptedModel
  /** What hears, speaks and paints for it. */
  readonly scripted: ScriptedSenses
  readonly senses: Senses
  readonly engine: ReturnType<typeof createEngine>
  readonly direct: ReturnType<typeof createDirect>
  readonly traces: readonly TurnTrace[]
  readonly database: Awaited<ReturnType<typeof openSqlite>>
  /** Stops taking claims, and waits for what runs. */
  drain(): Promise<void>
  /** Stops taking claims, suspends what runs, closes the database. */
  close(): Promise<void>
}

export interface HouseOptions {
  readonly path: string
  readonly chat?: ChatPlatform
  readonly model?: ScriptedModel
  readonly scripted?: ScriptedSenses
  /** The model may paint while it answers. */
  readonly paints?: boolean
  readonly dayBudget?: number | null
  readonly people?: readonly string[]
  readonly mode?: ConversationMode
  readonly concurrency?: number
  readonly pingAfterMs?: number
  readonly titles?: 'question' | 'model'
  readonly priced?: { readonly input: number; readonly output: number }
}

/** The whole engine on a real database, between a chat and a model that the test holds in its hands. */
export async function openHouse(options: HouseOptions): Promise<House> {
  const [clock, chance, log] = [systemClock(), systemChance(), silentLog()]
  const database = await openSqlite({ path: options.path, clock, chance, log, thread: warmThread })
  const { inbox, ledger, store } = database
  const chat = options.chat ?? createChatPlatform()
  const model = options.model ?? createScriptedModel()
  const metrics = createMetrics()
  const traces = createTraces({ clock, log, metrics })
  const seen: TurnTrace[] = []
  traces.feed.subscribe((trace) => {
    if (trace.outcome !== null) seen.push(trace)
  })
  const prices = createPrices({
    overrides: { '*': options.priced ?? { input: 1, output: 2 } },
    provider: 'openai',
    baseUrl: null,
  })
  const person = options.dayBudget === undefined ? null : options.dayBudget
  const spending = { ledger, limits: { day: { all: null, person } }, clock, prices }
  const budget = createBudget(spending)
  const scripted = options.scripted ?? createScriptedSenses()
  const senses = createSenses({
    ...spending,
    booked: metrics.bought,
    ...scripted,
    transcribeModel: 'scripted-hearing',
    speechModel: 'scripted-voice',
    scratch: createScratch(`${options.path}.scratch`),
    shelf: createShelf({ dir: `${options.path}.shelf`, clock, log }),
    store,
    log,
    keepMs: 86_400_000,
    language: null,
    minutes: 120,
  })
  const catalog = createCatalog(model.model, clock)
  const asking = { model: model.model, budget, prices, maxOutputTokens: 1000 }
  const defaults = { model: 'scripted', persona: 'Be brief.' }
  const engine = createEngine({
    ...asking,
    ...senses,
    painter: scripted.painter,
    imageModel: 'scripted-painter',
    painting: { size: null, inConversations: options.paints ?? false, keepMs: 86_400_000 },
    access: { workspaces: 'any', channels: 'any', people: options.people ?? 'any', roles: 'any', dms: true },
    catalog,
    clock,
    concurrency: options.concurrency ?? 16,
    describe: async () => null,
    inbox,
    ledger,
    log,
    memory: createMemory(store, 86_400_000),
    modeOf: () => options.mode ?? 'thread',
    pacer: createPacer({ clock }),
    pingAfterMs: options.pingAfterMs ?? null,
    settings: createSettings(store, { ...defaults, channels: {} }),
    titles: options.titles ?? 'question',
    traces,
    windowTokens: 2000,
  })
  const closing = new AbortController()
  await chat.platform.start(engine.intake(chat.platform), closing.signal)
  const working = engine.run(closing.signal)
  const drain = async () => {
    closing.abort()
    await working
  }
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    closing.abort()
    engine.suspend()
    await working
    // As the program does; a fake that never ends is not waited for.
    await within({ clock, limit: 1_000 }, senses.idle).catch(() => undefined)
    await database.close()
  }
  return {
    chat,
    model,
    scripted,
    senses,
    engine,
    direct: createDirect({
      ...asking,
      reader: senses.reader,
      ledger,
      catalog,
      clock,
      traces,
      defaults,
      closing: closing.signal,
    }),
    traces: seen,
    database,
    drain,
    close,
  }
}
