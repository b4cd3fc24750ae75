import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import type { WebOptions } from '../../adapters/web/options.ts'
import { createWeb, type Web } from '../../adapters/web/web.ts'
import type { Direct, DirectEnd, DirectRequest, DirectSounds } from '../../src/conversation/direct-port.ts'
import { placeOf } from '../../src/conversation/place.ts'
import type { TurnTrace } from '../../src/observe/trace.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { CommandSpec } from '../../src/ports/command.ts'
import type { ConversationKey, InboundEvent } from '../../src/ports/event.ts'
import type { Admission, Intake } from '../../src/ports/intake.ts'
import type { Store } from '../../src/ports/store.ts'

/** The web server on a free port, with an engine that only takes notes. */
export interface WebWorld {
  url: string
  web: Web
  readonly store: Store
  /** What was asked directly, by REST. */
  readonly asked: DirectRequest[]
  /** What the playground put before the engine; the same id once. */
  readonly heard: InboundEvent[]
  /** Every admission, duplicates too. */
  readonly admissions: string[]
  /** Conversations in which Parley takes part. */
  readonly followed: ConversationKey[]
  readonly logged: string[]
  /** What the next admissions answer. */
  admission: Admission
  trace(trace: TurnTrace): void
  /** Ends the server and starts another on the same store and files. */
  restart(): Promise<void>
  close(): Promise<void>
}

export const end = (text: string, over: Partial<DirectEnd> = {}): DirectEnd => ({
  text,
  reason: 'complete',
  model: 'gpt-6.1-terra',
  usage: { inputTokens: 12, cachedTokens: 3, outputTokens: 5, reasoningTokens: 0, exact: true },
  costUsd: 0.0001,
  ...over,
})

/** Answers with what was asked, a word at a time. */
export const echo: Direct = async function* (request) {
  const text = `You said: ${request.message}`
  for (const delta of text.split(/(?<= )/)) yield { kind: 'text', delta }
  yield { kind: 'end', end: end(text) }
}

/** Says nothing of its own: who needs more brings it. */
const noSounds: DirectSounds = {
  speak: async () => Promise.reject(new Error('nobody speaks here')),
  transcribe: async () => Promise.reject(new Error('nobody listens here')),
}

/** As the port says: what has had its time is gone. */
export function memoryStore(clock: Pick<Clock, 'now'> = systemClock()): Store & { keys(): string[] } {
  const entries = new Map<string, { readonly json: string; readonly ends: number }>()
  const get = <T>(key: string): T | undefined => {
    const found = entries.get(key)
    return found === undefined || found.ends <= clock.now() ? undefined : (JSON.parse(found.json) as T)
  }
  return {
    get: async <T>(key: string) => get<T>(key),
    getMany: async <T>(keys: string[]) => keys.map((key) => get<T>(key)),
    keys: () => [...entries.keys()].filter((key) => get(key) !== undefined),
    set: async (key, value, ttl) => {
      entries.set(key, {
        json: JSON.stringify(value),
        ends: ttl === undefined ? Infinity : clock.now() + ttl,
      })
      return true
    },
    delete: async (key) => entries.delete(key),
    deleteMany: async (keys) => keys.map((key) => entries.delete(key)).includes(true),
  }
}

export const commands: readonly CommandSpec[] = [
  {
    name: 'ask',
    description: 'Asks a question',
    audience: 'asked',
    options: [
      { name: 'prompt', description: 'The question', type: 'text', required: true },
      { name: 'file', description: 'What it is about', type: 'file', required: false },
      { name: 'private', description: 'Only you see the answer', type: 'flag', required: false },
    ],
  },
  { name: 'new', description: 'Starts afresh', audience: 'all', options: [] },
  {
    name: 'model',
    description: 'Shows or sets the model',
    audience: 'bare',
    options: [{ name: 'name', description: 'The model', type: 'text', required: false, suggest: 'models' }],
  },
  {
    name: 'speak',
    description: 'Reads a text aloud',
    audience: 'all',
    options: [
      { name: 'text', description: 'What to say', type: 'text', required: true },
      { name: 'format', description: 'Of the file', type: 'text', required: false, choices: ['mp3', 'wav'] },
      { name: 'voice', description: 'Whose', type: 'text', required: false, suggest: 'voices' },
    ],
  },
  {
    name: 'correct',
    description: 'Corrects what was heard',
    audience: 'caller',
    options: [{ name: 'text', description: 'What was said', type: 'text', required: true }],
    buttonOnly: true,
    form: true,
  },
  {
    name: 'summarise',
    description: 'Summarises a message',
    audience: 'caller',
    menu: 'Summarise',
    menuOnly: true,
    options: [],
  },
]

export async function webWorld(
  given: Partial<WebOptions> & { asked?: Direct; form?: Intake['form'] } = {},
): Promise<WebWorld> {
  const store = given.store ?? memoryStore()
  const filesDir = given.filesDir ?? (await mkdtemp(join(tmpdir(), 'parley-web-')))
  const listeners = new Set<(trace: TurnTrace) => void>()
  const admitted = new Set<string>()
  const world: WebWorld = {
    url: '',
    web: undefined as unknown as Web,
    store,
    asked: [],
    heard: [],
    admissions: [],
    followed: [],
    logged: [],
    admission: 'new',
    trace: (trace) => {
      for (const listener of listeners) listener(trace)
    },
    restart: async () => {
      await world.web.platform.stop()
      await world.web.close()
      await start()
    },
    close: async () => {
      await world.web.platform.stop()
      await world.web.close()
      await rm(filesDir, { recursive: true, force: true })
    },
  }

  const intake: Intake = {
    commands,
    place: async (spot) => placeOf(spot, 'thread'),
    suggest: async () => [],
    form: given.form ?? (async () => null),
    overview: async () => null,
    paced: (_budgets, call) => call(),
    follows: async (conversation) =>
      world.followed.some(
        (each) => each.channel === conversation.channel && each.thread === conversation.thread,
      ),
    admit: async (event) => {
      const known = admitted.has(event.id)
      const admission = known ? 'duplicate' : world.admission
      world.admissions.push(`${event.id} ${admission}`)
      if (admission !== 'new') return admission
      admitted.add(event.id)
      world.heard.push(event)
      if (event.kind === 'message') world.followed.push(event.place.conversation)
      return 'new'
    },
  }

  const direct: Direct = (request, signal) => {
    world.asked.push(request)
    return (given.direct ?? echo)(request, signal)
  }

  async function start(): Promise<void> {
    world.web = createWeb({
      host: '127.0.0.1',
      port: 0,
      apiKeys: [],
      corsOrigins: [],
      clock: systemClock(),
      chance: systemChance(),
      log: pino({ level: 'debug' }, { write: (line: string) => world.logged.push(line) }),
      models: async () => [{ id: 'gpt-6.1-terra', shutdownDate: null }],
      defaultModel: 'gpt-6.1-terra',
      historyMs: 30 * 86_400_000,
      health: async () => ({ healthy: true }),
      metrics: async () => ({ text: 'parley_up 1\n', contentType: 'text/plain; version=0.0.4' }),
      traces: {
        subscribe: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      },
      version: '0.1.0',
      provider: 'OpenAI',
      mode: 'live',
      sounds: noSounds,
      ...given,
      timing: { drain: 200, ...given.timing },
      store,
      filesDir,
      direct,
    })
    await world.web.platform.start(intake, new AbortController().signal)
    world.url = (await world.web.listen()).url.replace('0.0.0.0', '127.0.0.1')
  }
  try {
    await start()
  } catch (error) {
    await rm(filesDir, { recursive: true, force: true })
    throw error
  }
  return world
}
