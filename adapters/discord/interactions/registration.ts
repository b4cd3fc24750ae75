import { createHash } from 'node:crypto'
import { Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Store } from '../../../src/ports/store.ts'
import { within } from '../../../src/within.ts'
import { budgetsOf } from '../buckets.ts'
import { reported } from '../outcome.ts'
import type { Reply } from '../request.ts'
import type { Wire } from '../wire.ts'
import { commandJson } from './command-json.ts'

/**
 * Tells Discord which commands there are: when that has changed since it was last told, and once a day, since somebody
 * may have removed or overwritten them there.
 */
export interface Registration {
  /** Resolves when the signal aborts. Never rejects. */
  run(application: string, signal: AbortSignal): Promise<void>
}

const firstPauseMs = 10_000
const longestPauseMs = 3_600_000
const callMs = 30_000
const believedMs = 24 * 3_600_000

/** What Discord was told, and when: milliseconds since the epoch. */
interface Told {
  readonly hash: string
  readonly at: number
}

const keyOf = (application: string): string => `discord:commands:${application}`

export function createRegistration(parts: {
  readonly intake: Pick<Intake, 'commands' | 'paced'>
  readonly wire: Wire
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
}): Registration {
  const { intake, wire, store, clock, log } = parts

  /** How long Discord is believed to know, in milliseconds; or why it was not told. */
  async function register(application: string, signal: AbortSignal): Promise<number | Reply<unknown>> {
    const body = commandJson(intake.commands)
    const hash = createHash('sha256').update(JSON.stringify(body)).digest('base64url')
    const told = await store.get<Partial<Told>>(keyOf(application))
    const age = clock.now() - (told?.hash === hash ? (told.at ?? Number.NaN) : Number.NaN)
    // Below zero the clock was put back since.
    if (age >= 0 && age < believedMs) return believedMs - age
    const request = { method: 'PUT', route: Routes.applicationCommands(application), body } as const
    const put = async () => reported(await wire.call(request, signal))
    const { reply } = await intake.paced(budgetsOf(request), put, signal)
    if (reply.kind !== 'done') return reply
    await store.set(keyOf(application), { hash, at: clock.now() } satisfies Told)
    log.info({ commands: intake.commands.length }, 'Discord knows the commands now')
    return believedMs
  }

  /** The shortest pause before the next try, in milliseconds. */
  async function attempt(
    application: string,
    signal: AbortSignal,
  ): Promise<{ known: boolean; pauseMs: number }> {
    try {
      const result = await within({ clock, limit: callMs, signal }, (limited) =>
        register(application, limited),
      )
      if (typeof result === 'number') return { known: true, pauseMs: result }
      const { kind } = result
      log.warn({ kind, ...causeOf(result) }, `${wordsOf(result)}; the bot runs on, and tries again later`)
      return { known: false, pauseMs: kind === 'limited' ? result.retryAfterMs : 0 }
    } catch (error) {
      if (!signal.aborted)
        log.warn({ err: error }, 'the commands could not be registered; trying again later')
      return { known: false, pauseMs: 0 }
    }
  }

  return {
    async run(application, signal) {
      let growing = firstPauseMs
      while (!signal.aborted) {
        const { known, pauseMs } = await attempt(application, signal)
        const pause = Math.min(Math.max(pauseMs, known ? 0 : growing), believedMs)
        growing = known ? firstPauseMs : Math.min(growing * 3, longestPauseMs)
        // The sleep rejects when the program ends; the loop sees that as well.
        await clock.sleep(pause, signal).catch(() => {})
      }
    },
  }
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
