import type { Logger } from 'pino'
import { cleanText } from '../clean-text.ts'
import type { Buying } from '../policy/buying.ts'
import { type Payer, payerKey } from '../policy/day-limits.ts'
import type { Clock } from '../ports/clock.ts'
import { ModelError } from '../ports/failure.ts'
import type { MediaTools, SoundFacts } from '../ports/media-tools.ts'
import type { Transcriber } from '../ports/model.ts'
import type { Folder, Scratch } from '../ports/scratch.ts'
import type { Store } from '../ports/store.ts'
import { createTurnstile } from '../turnstile.ts'
import { within } from '../within.ts'
import { borrowed } from './borrowed.ts'
import { tooLongWords } from './duration.ts'
import { createHeardStore } from './heard-store.ts'
import { notHeard } from './not-heard.ts'
import { createPaidListening } from './paid-listening.ts'
import type { Room } from './room.ts'
import type { Line } from './transcript-lines.ts'
import { inWorkFolder } from './work-folder.ts'

/** Turns sounds into words: cut where the model takes no more, joined again, paid for, and remembered by the file. */
export interface Hearing {
  /**
   * Never rejects for a reason of the sound's or the provider's: `skipped` says why in words that continue the sentence
   * "<name>: ". Rejects with the signal's reason.
   */
  hear(sound: SoundAsked, how: HearingHow): Promise<Heard | Unheard>
  /**
   * What this file was heard to say before (or corrected to); null = never, or it is forgotten, or not when it was asked
   * for in `language`; null = in none, undefined = whichever there is. Costs nothing.
   */
  before(key: string, language?: string | null): Promise<Heard | null>
  /** A person corrected it: from now on this is what the file says, `written` UTF-16 units in their words, the rest as heard. */
  correct(key: string, text: string, written?: number): Promise<void>
}

export interface SoundAsked {
  /** Names the file for good: platform, workspace, file id as a JSON tuple (`heardKey`). */
  readonly key: string
  readonly path: string
  /** As the sender named it; what goes to the model gets an ending that fits the bytes. */
  readonly name: string
  /** The platform's own transcript, if any: used where no model can be asked. */
  readonly transcript?: string
  /** As the platform tells; used where nothing else can tell. */
  readonly seconds?: number
}

export interface HearingHow {
  readonly payer: Payer
  /** ISO 639-1. */
  readonly language?: string | undefined
  /** Names and words to expect. */
  readonly vocabulary?: string | undefined
  readonly signal: AbortSignal
}

/** With a folder for what is made of the sound. */
export interface HearingWork extends HearingHow {
  readonly folder: Folder
}

/** Plain data. */
export interface Heard {
  readonly kind: 'heard'
  readonly text: string
  readonly language: string | null
  /** Of the sound. */
  readonly seconds: number
  /** In order, seconds from the beginning. Cuts of the sound are exact; within a piece they are the model's, or estimated. */
  readonly lines: readonly Line[]
  /** The platform's own transcript, as no model could be asked. */
  readonly borrowed?: true
  /** It is borrowed because it could not be paid for: whoever can pay is not to make do with it. */
  readonly unpaid?: true
  readonly corrected?: true
  /** UTF-16 units of the beginning that a person wrote; absent = all, or nothing. */
  readonly written?: number
}

export interface Unheard {
  readonly kind: 'skipped'
  /** Without a full stop at its end. */
  readonly why: string
  /** It was the provider. */
  readonly failure?: ModelError
  /** It was this machine, in this moment: the next try may do better. Absent = false. */
  readonly passing?: true
  /** It was not paid for. */
  readonly budget?: { readonly retryAfterMs: number | null }
}

export const heardKey = (
  at: { readonly platform: string; readonly workspace: string },
  file: string,
): string => `heard:${JSON.stringify([at.platform, at.workspace, file])}`

export interface HearingDeps {
  readonly transcriber: Transcriber
  /** The model that listens. */
  readonly model: string
  readonly tools: MediaTools
  readonly scratch: Scratch
  /** The room on disk, all turns together. */
  readonly disk: Room
  readonly store: Store
  /** Milliseconds for which transcripts are kept: as long as history. */
  readonly keepMs: number
  readonly buying: Buying
  readonly clock: Clock
  readonly log: Logger
  /** ISO 639-1, where nothing else is said; null: the model tells it. */
  readonly language: string | null
  /** Of one recording. */
  readonly minutes: number
}

/** Milliseconds for one recording. A minute takes a model a second or two. */
const limitMs = 30 * 60_000

const late = new Error('The sound was not transcribed in time')

export function createHearing(deps: HearingDeps): Hearing {
  const { tools, clock, minutes } = deps
  const listenPaid = createPaidListening(deps)
  const known = createHeardStore(deps.store, deps.keepMs)
  const inTurn = createTurnstile()

  const hear = async (sound: SoundAsked, how: HearingHow): Promise<Heard | Unheard> => {
    const { signal } = how
    signal.throwIfAborted()
    const wished = how.language ?? null
    const language = wished ?? deps.language ?? undefined
    const before = await known.get(sound.key, wished)
    if (before !== null && !before.unpaid) return before
    const log = deps.log.child({ sound: sound.key })
    let facts: SoundFacts | null = null
    try {
      const found = await tools.for(payerKey(how.payer)).sound(sound.path, signal)
      facts = found
      if (facts.seconds > minutes * 60)
        return await without(
          { kind: 'skipped', why: tooLongWords(facts.seconds, minutes) },
          sound,
          facts,
          wished,
        )
      const heard = await inWorkFolder(deps, found, (folder) =>
        listenPaid(sound, found, { ...how, folder, language }, log),
      )
      if (heard.kind === 'skipped') return await without(heard, sound, facts, wished)
      await known.set(sound.key, heard, wished)
      return heard
    } catch (error) {
      signal.throwIfAborted()
      return without(notHeard(error, log), sound, facts, wished)
    }
  }

  /** The platform's own transcript in the place of one that can't be had. */
  const without = async (
    unheard: Unheard,
    sound: SoundAsked,
    facts: SoundFacts | null,
    wished: string | null,
  ): Promise<Heard | Unheard> => {
    const heard = borrowed(sound, facts, unheard)
    if (heard === null) return unheard
    if (!unheard.passing) await known.set(sound.key, heard, wished)
    return heard
  }

  return {
    async hear(sound, how) {
      const bounds = { clock, limit: limitMs, signal: how.signal, late: () => late }
      try {
        // Another turn may be listening to the same: what it hears is found afterwards.
        return unstopped(
          await within(bounds, (signal) => inTurn(sound.key, () => hear(sound, { ...how, signal }))),
        )
      } catch (error) {
        if (error !== late) throw error
        deps.log.warn({ sound: sound.key }, 'a sound was not transcribed in time')
        const why = 'it took too long to transcribe. Try again, or send a shorter part of it'
        return { kind: 'skipped', why, failure: new ModelError('timeout', `file: ${why}.`, { cause: late }) }
      }
    },
    before: (key, language) => known.get(key, language),
    correct: (key, text, written) => inTurn(key, () => known.correct(key, cleanText(text.trim()), written)),
  }
}

const unstopped = (result: Heard | Unheard): Heard | Unheard =>
  result.kind === 'heard' ? result : { ...result, why: result.why.replace(/\.$/, '') }
