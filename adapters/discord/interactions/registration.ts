import { createHash } from 'node:crypto'
import { Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake, RateBudget, Reported } from '../../../src/ports/platform.ts'
import type { Store } from '../../../src/ports/store.ts'
import { within } from '../../../src/within.ts'
import { bucketOf, globalBucket } from '../buckets.ts'
import type { Reply, Wire, WireRequest } from '../wire.ts'
import { commandJson } from './command-json.ts'

/** Tells Discord which commands there are, when that has changed since it was last told. */
export interface Registration {
  /** Resolves when Discord knows, or the signal aborts; tries again until then. Never rejects. */
  run(application: string, signal: AbortSignal): Promise<void>
}

const firstPauseMs = 10_000
const longestPauseMs = 3_600_000
const callMs = 30_000

const keyOf = (application: string): string => `discord:commands:${application}`

export function createRegistration(parts: {
  readonly intake: Pick<Intake, 'commands' | 'paced'>
  readonly wire: Wire
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
}): Registration {
  const { intake, wire, store, clock, log } = parts

  async function register(
    application: string,
    signal: AbortSignal,
  ): Promise<'known' | 'told' | Reply<unknown>> {
    const body = commandJson(intake.commands)
    const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    if ((await store.get<string>(keyOf(application))) === hash) return 'known'
    const request = { method: 'PUT', route: Routes.applicationCommands(application), body } as const
    const put = async () => reported(await wire.call(request, signal))
    const { reply } = await intake.paced(budgetsOf(request), put, signal)
    if (reply.kind !== 'done') return reply
    await store.set(keyOf(application), hash)
    return 'told'
  }

  /** null: done. Else the shortest pause before the next try, in milliseconds. */
  async function attempt(application: string, signal: AbortSignal): Promise<number | null> {
    try {
      const result = await within({ clock, limit: callMs, signal }, (limited) =>
        register(application, limited),
      )
      if (result === 'told') log.info({ commands: intake.commands.length }, 'Discord knows the commands now')
      if (typeof result === 'string') return null
      const { kind } = result
      log.warn({ kind, ...causeOf(result) }, `${wordsOf(result)}; the bot runs on, and tries again later`)
      return kind === 'limited' ? result.retryAfterMs : 0
    } catch (error) {
      if (!signal.aborted)
        log.warn({ err: error }, 'the commands could not be registered; trying again later')
      return 0
    }
  }

  return {
    async run(application, signal) {
      for (let pause = firstPauseMs; !signal.aborted; pause = Math.min(pause * 3, longestPauseMs)) {
        const least = await attempt(application, signal)
        if (least === null) return
        // The sleep rejects when the program ends; the loop sees that as well.
        await clock.sleep(Math.max(pause, least), signal).catch(() => {})
      }
    },
  }
}

/** A first guess, and what all calls share. */
const budgetsOf = (request: WireRequest): readonly RateBudget[] => [
  { bucket: bucketOf(request), limit: 1, windowMs: 5_000 },
  { bucket: globalBucket, limit: 50, windowMs: 1_000 },
]

/** The pacer learns from it; it knows no refusals. */
function reported(reply: Reply<unknown>): Reported & { readonly reply: Reply<unknown> } {
  if (reply.kind === 'limited') return { ...reply, reply }
  return { kind: reply.kind === 'done' ? 'done' : 'failed', ...(reply.rate && { rate: reply.rate }), reply }
}

function wordsOf(reply: Reply<unknown>): string {
  if (reply.kind === 'refused') return `Discord refused the commands (${reply.status}): ${reply.message}`
  return reply.kind === 'limited'
    ? 'Discord takes no commands just now (rate limit)'
    : 'Discord could not be reached to register the commands'
}

const causeOf = (reply: Reply<unknown>): object =>
  reply.kind === 'refused'
    ? { code: reply.code, problem: reply.problem }
    : 'cause' in reply
      ? { err: reply.cause }
      : {}
