import type { Logger } from 'pino'
import { MediaError } from '../ports/failure.ts'
import type { SoundFormat } from '../ports/media-tools.ts'
import { filesRefused } from '../reply/enclosed.ts'
import { fittingFormat } from '../speech/file-size.ts'
import {
  longestSpoken,
  type Speaking,
  type SpeakWish,
  type Spoken,
  type VoiceSettings,
} from '../speech/speaking.ts'
import { Unspeakable } from '../speech/unspeakable.ts'
import { isVoiceName, voiceNameWords } from '../speech/voices.ts'
import type { Enclosed } from './enclosing.ts'
import { payerOf } from './payer.ts'
import { reaching } from './reaching.ts'
import { Refused } from './refused.ts'
import type { Settings } from './settings.ts'
import type { Task } from './task.ts'
import { takesSounds } from './unheard.ts'
import type { Writing, WritingPlace } from './writing.ts'

export interface SpeechDeps {
  readonly speaking: Speaking
  readonly settings: Settings
  readonly log: Logger
}

const cutWords = `*— only the beginning is read aloud: at most ${longestSpoken.toLocaleString('en')} characters at once*`

/** Said when what was asked for by name would be larger than a file may be. */
const otherFormat = (asked: SoundFormat | null, as: SpeakWish['as']): readonly string[] =>
  asked === null || asked === as
    ? []
    : [`*— sent as ${as}: as ${asked}, a text of this length makes a file larger than can be sent here*`]

/** Reads a text aloud. Nothing is written: the sound goes with the turn. */
export function createSpeechWriting(
  deps: SpeechDeps,
  on: WritingPlace,
  task: Extract<Task, { kind: 'speak' }>,
): Writing {
  const { question, platform, running, trace } = on

  const reach = reaching(on)

  const fitting = (format: SoundFormat, { speed }: VoiceSettings): SoundFormat =>
    fittingFormat(format, { text: task.text, speed }, platform.limits.fileBytes)

  async function wishOf(): Promise<SpeakWish> {
    const { voice } = await deps.settings.of(question.place.conversation)
    const { place, privateTo } = question
    const takesVoice = platform.takesVoice?.(place, privateTo ?? undefined) ?? false
    const as = takesVoice && task.format === null ? 'voice' : fitting(task.format ?? voice.format, voice)
    return { text: task.text, voice: { ...voice, name: task.voice ?? voice.name }, as }
  }

  async function speak(wish: SpeakWish, signal: AbortSignal): Promise<Spoken> {
    try {
      const payer = payerOf(question, trace.bought)
      return await deps.speaking.speak(wish, { id: on.attempt, payer, signal })
    } catch (error) {
      if (error instanceof Unspeakable) throw refusalOf(error)
      if (!(error instanceof MediaError)) throw error
      const level = question.quiet ? 'debug' : 'warn'
      deps.log[level]({ turn: question.turn, err: error }, 'what was spoken could not be put together')
      throw new Refused('bad_input', `What the voice model sent can't be used: ${error.words}`)
    }
  }

  return {
    async write(_show, signal) {
      reach('allowed')
      if (task.voice !== null && !isVoiceName(task.voice)) throw new Refused('bad_input', voiceNameWords)
      const noFiles = filesRefused(platform, question.place, question.privateTo ?? undefined)
      if (noFiles !== null) throw new Refused('bad_input', noFiles)
      if (question.quiet && !takesSounds(platform, question.place))
        throw new Refused('bad_input', 'No sound can be sent here.')
      on.tell?.({ kind: 'status', text: 'Reading it aloud…' })
      const wish = await wishOf()
      signal.throwIfAborted()
      reach('read')
      trace.mark('modelCalled')
      const { kept, cut } = await speak(wish, signal)
      // A Stop that was taken before the sound was whole stays a Stop.
      if (!running.happen('ended')) throw signal.reason
      trace.mark('lastToken')
      const instead = { text: wish.text, voice: wish.voice, format: fitting('mp3', wish.voice) }
      const isVoice = kept.about.waveform !== undefined
      const enclosed: Enclosed[] = [{ key: kept.key, ...(isVoice && { instead }) }]
      const marks = [...otherFormat(task.format, wish.as), ...(cut ? [cutWords] : [])]
      return { text: '', mark: marks.join('\n') || null, charge: null, isFinal: true, enclosed }
    },

    /** `Speaking` has booked what it reached. */
    settleUp: async () => ({ text: '', charge: null }),
  }
}

const refusalOf = ({ kind, words, retryAfterMs }: Unspeakable): Refused =>
  new Refused(kind === 'budget' ? 'budget' : 'bad_input', words, retryAfterMs)
