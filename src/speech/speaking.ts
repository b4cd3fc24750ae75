import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { Room } from '../media/room.ts'
import type { Buying } from '../policy/buying.ts'
import { type Payer, payerKey } from '../policy/day-limits.ts'
import type { Clock } from '../ports/clock.ts'
import { ModelError } from '../ports/failure.ts'
import type { MediaTools, SoundFormat } from '../ports/media-tools.ts'
import type { Speaker } from '../ports/model.ts'
import type { Scratch } from '../ports/scratch.ts'
import type { Kept, Shelf } from '../ports/shelf.ts'
import { within } from '../within.ts'
import { makeSound } from './making.ts'
import { beginningOf, weightOf } from './sentences.ts'
import { createSharing } from './sharing.ts'
import { speakable } from './speakable.ts'
import { noWords, Unspeakable } from './unspeakable.ts'

/** Reads texts aloud: made speakable, cut at sentences, spoken side by side, joined, paid for and kept by content and voice. */
export interface Speaking {
  /** Rejects with `ModelError`, `MediaError`, `Unspeakable` (in words), or the signal's reason. */
  speak(wish: SpeakWish, how: SpeakHow): Promise<Spoken>
}

export interface SpeakWish {
  /** Markdown. */
  readonly text: string
  readonly voice: VoiceSettings
  /** `voice`: a voice message (OGG/Opus, with its waveform); made of whatever the model gives. */
  readonly as: SoundFormat | 'voice'
}

export interface SpeakHow {
  /** The ledger's id of this try. */
  readonly id: string
  readonly payer: Payer
  /** What others had spoken is not taken, nor given to them. Absent = false. */
  readonly isOwn?: boolean
  readonly signal: AbortSignal
}

export interface VoiceSettings {
  readonly name: string
  readonly format: SoundFormat
  /** 0.25 to 4; null = the voice's own. */
  readonly speed: number | null
  /** How to speak; null = as the voice does. */
  readonly instructions: string | null
}

export interface Spoken {
  /** A voice message has `about.waveform`; without, it could only be made as an ordinary file. */
  readonly kept: Kept
  /** Whether a text longer than `longestSpoken` was cut. */
  readonly cut: boolean
}

export interface SpeakingDeps {
  readonly speaker: Speaker
  /** The model that speaks. */
  readonly model: string
  readonly tools: MediaTools
  readonly scratch: Scratch
  /** The room on disk, all turns together. */
  readonly disk: Room
  readonly shelf: Shelf
  readonly buying: Buying
  readonly clock: Clock
  readonly log: Logger
}

/** Characters of what is said, some twenty minutes of it; of scripts with more to a character half as many (`weightOf`). */
export const longestSpoken = 20_000

/** Milliseconds for all of it: nobody waits any longer for a voice. */
const limitMs = 10 * 60_000

const late = (): Error =>
  new ModelError('timeout', 'Reading it aloud took more than ten minutes. Try again, or with less text.')

export function createSpeaking(deps: SpeakingDeps): Speaking {
  const { shelf, model, clock } = deps
  const shared = createSharing<Kept>()

  return {
    async speak(wish, { id, payer, isOwn = false, signal }) {
      const said = speakable(wish.text)
      if (said === '') throw new Unspeakable('no_words', noWords)
      const cut = weightOf(said) > longestSpoken
      const text = cut ? beginningOf(said, longestSpoken) : said
      const { format: _, ...voice } = wish.voice
      const content = [text, model, wish.as, voice.name, voice.speed, voice.instructions]
      const key = `spoken:${hashOf(isOwn ? [...content, payerKey(payer)] : content)}`
      const kept = await shelf.take(key)
      signal.throwIfAborted()
      if (kept !== null) return { kept, cut }
      // Another's budget decides for nobody else.
      const made = shared(JSON.stringify([key, payer]), signal, (own) =>
        within({ clock, limit: limitMs, signal: own, late }, (limited) =>
          makeSound(deps, { ...wish, text, key }, { id, payer, signal: limited }),
        ),
      )
      return { kept: await made, cut }
    },
  }
}

const hashOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')
