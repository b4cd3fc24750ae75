import type { APIInteractionResponse } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { InboundEvent } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { within } from '../../../src/within.ts'
import type { Deferrals } from '../deferrals.ts'
import { tooMuch } from '../hearing/apology.ts'
import { type Callbacks, privately } from './callback.ts'
import type { Scene } from './scene.ts'

/** What an interaction asks for, on its way into the inbox. */
export interface Request {
  readonly scene: Scene
  /** The event, or words for the person when there is none to be made. */
  prepare(signal: AbortSignal): Promise<InboundEvent | string>
  /** What Discord is told once the event is safe. */
  readonly acknowledgement: APIInteractionResponse
  /** Where words go after the acknowledgement: in place of "is thinking", or beside the message. */
  readonly afterwards: 'fill' | 'whisper'
}

export interface Admitting {
  /** Rejects with the signal's reason only. */
  admit(request: Request, signal: AbortSignal): Promise<void>
}

/** Discord waits three seconds for the acknowledgement; an inbox that is slower than this is not waited for. */
const slowMs = 1_500
const limitMs = 60_000

export const ignoredWords = 'I don’t answer here.'
export const failedWords = 'Something went wrong while taking this in: please try again in a moment.'

/** What came of an admission: null when it is well and nothing is to be said. */
type Came = { readonly words: string | null; readonly duplicate: boolean }

export function createAdmitting(parts: {
  readonly intake: Intake
  readonly callbacks: Callbacks
  readonly deferrals: Deferrals
  readonly clock: Clock
  readonly log: Logger
}): Admitting {
  const { intake, callbacks, deferrals, clock, log } = parts

  async function take(request: Request, signal: AbortSignal): Promise<Came> {
    try {
      return await within({ clock, limit: limitMs, signal }, async (limited) => {
        const event = await request.prepare(limited)
        if (typeof event === 'string') return { words: event, duplicate: false }
        return cameOf(await intake.admit(event))
      })
    } catch (error) {
      signal.throwIfAborted()
      log.error({ err: error, interaction: request.scene.id }, 'an interaction could not be taken in')
      return { words: failedWords, duplicate: false }
    }
  }

  async function admit(request: Request, signal: AbortSignal): Promise<void> {
    const { scene } = request
    const deferral = deferrals.begin(scene.id)
    const timer = new AbortController()
    let usable = false
    try {
      const taken = take(request, signal)
      const came = await Promise.race([taken, slow(scene, AbortSignal.any([signal, timer.signal]))])
      if (came !== null) {
        usable = came.duplicate || (await callbacks.answer(scene, responseTo(request, came), signal))
        return
      }
      usable = await callbacks.answer(scene, request.acknowledgement, signal)
      deferral.done(usable)
      const { words } = await taken
      if (words !== null && usable) await callbacks[request.afterwards](scene, words, signal)
    } finally {
      timer.abort()
      deferral.done(usable)
    }
  }

  async function slow(scene: Scene, signal: AbortSignal): Promise<null> {
    await clock.sleep(Math.max(0, slowMs - (clock.elapsed() - scene.heardAt)), signal)
    return null
  }

  return { admit }
}

const responseTo = (request: Request, { words }: Came): APIInteractionResponse =>
  words === null ? request.acknowledgement : privately(words)

function cameOf(admission: Awaited<ReturnType<Intake['admit']>>): Came {
  switch (admission) {
    case 'new':
      return { words: null, duplicate: false }
    case 'duplicate':
      return { words: null, duplicate: true }
    case 'full':
      return { words: tooMuch, duplicate: false }
    case 'ignored':
      return { words: ignoredWords, duplicate: false }
  }
}
