import type { Logger } from 'pino'
import { cleanText } from '../clean-text.ts'
import type { Buying } from '../policy/buying.ts'
import type { Payer } from '../policy/day-limits.ts'
import type { Clock } from '../ports/clock.ts'
import { MediaError, ModelError } from '../ports/failure.ts'
import type { MediaTools, SoundFacts } from '../ports/media-tools.ts'
import type { Transcriber } from '../ports/model.ts'
import type { Folder } from '../ports/scratch.ts'
import type { Store } from '../ports/store.ts'
import { modelWords } from '../server-words.ts'
import { createTurnstile } from '../turnstile.ts'
import { within } from '../within.ts'
import { durationWords } from './duration.ts'
import { createHeardStore } from './heard-store.ts'
import { createPaidListening } from './paid-listening.ts'
import { estimated, type Line } from './transcript-lines.ts'

/** Turns sounds into words: cut where the model takes no more, joined again, paid for, and remembered by the file. */
export interface Hearing {
  /**
   * Never rejects for a reason of the sound's or the provider's: `skipped` says why in words that continue the sentence
   * "<name>: ". Rejects with the signal's reason.
   */
  hear(sound: SoundAsked, how: HearingHow): Promise<Heard | Unheard>
  /**
   * What this file was heard to say before (or corrected to); null = never, or it is forgotten, or not when it was asked
   * for in `language`. Costs nothing.
   */
  before(key: string, language?: string): Promise<Heard | null>
  /** A person corrected it: from now on this is what the file says. */
  correct(key: string, text: string): Promise<void>
}

export interface SoundAsked {
  /** Names the file for good: platform, workspace, file id as a JSON tuple (`heardKey`). */
  readonly key: string
  readonly path: string
  /** As the sender named it; what goes to the model gets an ending that fits the bytes. */
  readonly name: string
  /** The platform's own transcript, if any: used where no model can be asked. */
  readonly transcript?: string
}

export interface HearingHow {
  readonly folder: Folder
  readonly payer: Payer
  /** ISO 639-1. */
  readonly language?: string | undefined
  /** Names and words to expect. */
  readonly vocabulary?: string | undefined
  readonly signal: AbortSignal
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
  readonly corrected?: true
}

export interface Unheard {
  readonly kind: 'skipped'
  /** Without a full stop at its end. */
  readonly why: string
  /** It was the provider. */
  readonly failure?: ModelError
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
    const language = how.language ?? deps.language
    const before = await known.get(sound.key, how.language ?? null)
    if (before !== null) return before
    const log = deps.log.child({ sound: sound.key })
    let facts: SoundFacts | null = null
    try {
      facts = await tools.sound(sound.path, signal)
      if (facts.seconds > minutes * 60) return tooLong(facts.seconds, minutes)
      const heard = await listenPaid(sound, facts, { ...how, language: language ?? undefined }, log)
      if (heard.kind === 'heard') await known.set(sound.key, heard, how.language ?? null)
      return heard.kind === 'heard' ? heard : await without(heard, sound, facts)
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof MediaError) {
        log.info({ err: error }, 'a sound can not be read')
        return { kind: 'skipped', why: error.words }
      }
      if (!(error instanceof ModelError)) throw error
      log.warn({ err: error }, 'a sound could not be transcribed')
      return without(
        { kind: 'skipped', why: `it could not be transcribed. ${modelWords(error)}`, failure: error },
        sound,
        facts,
      )
    }
  }

  /** The platform's own transcript in the place of one that can't be had. */
  const without = async (
    unheard: Unheard,
    { key, transcript = '' }: SoundAsked,
    facts: SoundFacts | null,
  ): Promise<Heard | Unheard> => {
    const text = transcript.trim()
    if (text === '' || facts === null) return unheard
    const { seconds } = facts
    const lines = estimated(text, { from: 0, seconds })
    const heard: Heard = { kind: 'heard', text, language: null, seconds, lines, borrowed: true }
    await known.set(key, heard, null)
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
    before: (key, language) => known.get(key, language ?? null),
    correct: (key, text) => inTurn(key, () => known.correct(key, cleanText(text.trim()))),
  }
}

const tooLong = (seconds: number, minutes: number): Unheard => ({
  kind: 'skipped',
  why: `it is ${durationWords(seconds)} long, and recordings of up to ${minutes} minutes are transcribed here. Send a shorter part of it`,
})

const unstopped = (result: Heard | Unheard): Heard | Unheard =>
  result.kind === 'heard' ? result : { ...result, why: result.why.replace(/\.$/, '') }
