import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { InboundEvent } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { within } from '../../../src/within.ts'
import { tooMuch } from '../hearing/apology.ts'
import type { Ack, Acknowledgement } from './acknowledgement.ts'
import type { Scene } from './scene.ts'
import type { Whisper } from './whisper.ts'

/** What an interaction asks for, on its way into the inbox. */
export interface Request {
  readonly scene: Scene
  readonly ack: Ack
  /** The event, or words for the person when there is none to be made. */
  prepare(signal: AbortSignal): Promise<InboundEvent | string>
  /** What Slack is told once the event is safe, or has taken too long; absent = nothing but that. */
  readonly acknowledgement?: () => Acknowledgement | undefined
  /** An acknowledgement that says words; absent = they follow it. */
  readonly saying?: (words: string) => Acknowledgement
  /** Words for when all is well. */
  readonly thanks?: string
}

export interface Admitting {
  /** Resolves to whether the event was taken in. Rejects with the signal's reason only. */
  admit(request: Request, signal: AbortSignal): Promise<boolean>
}

/** Slack waits three seconds for the acknowledgement; an inbox that is slower than this is not waited for. */
const slowMs = 1_500
const limitMs = 60_000

export const ignoredWords = 'I don’t answer here.'
export const failedWords = 'Something went wrong while taking this in: please try again in a moment.'

/** What came of an admission: null when it is well and nothing is to be said. */
type Came = { readonly words: string | null; readonly duplicate: boolean }

export function createAdmitting(parts: {
  readonly intake: Pick<Intake, 'admit'>
  readonly whisper: Whisper
  readonly clock: Clock
  readonly log: Logger
}): Admitting {
  const { intake, whisper, clock, log } = parts

  async function take(request: Request, signal: AbortSignal): Promise<Came> {
    try {
      return await within({ clock, limit: limitMs, signal }, async (limited) => {
        const event = await request.prepare(limited)
        if (typeof event === 'string') return { words: event, duplicate: false }
        // A second delivery is not thanked for again.
        return cameOf(await intake.admit(event))
      })
    } catch (error) {
      signal.throwIfAborted()
      log.error({ err: error, interaction: request.scene.id }, 'an interaction could not be taken in')
      return { words: failedWords, duplicate: false }
    }
  }

  async function acknowledge({ ack, scene }: Request, acknowledgement?: Acknowledgement): Promise<void> {
    try {
      await ack(acknowledgement)
    } catch (error) {
      // It is in the inbox or was refused; Slack tells the person that there was no answer in time.
      log.warn({ err: error, interaction: scene.id }, 'an interaction could not be acknowledged')
    }
  }

  async function admit(request: Request, signal: AbortSignal): Promise<boolean> {
    const { scene, acknowledgement, saying, thanks } = request
    const timer = new AbortController()
    try {
      const taken = take(request, signal)
      const soon = await Promise.race([taken, slow(scene, AbortSignal.any([signal, timer.signal]))])
      const said = soon?.words && saying ? saying(soon.words) : null
      await acknowledge(request, said ?? (soon?.words ? undefined : acknowledgement?.()))
      const came = soon ?? (await taken)
      const words = came.words ?? (came.duplicate ? null : (thanks ?? null))
      if (words !== null && said === null) await whisper(scene, words, signal)
      return came.words === null
    } finally {
      timer.abort()
    }
  }

  async function slow(scene: Scene, signal: AbortSignal): Promise<null> {
    await clock.sleep(Math.max(0, slowMs - (clock.elapsed() - scene.heardAt)), signal)
    return null
  }

  return { admit }
}

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
