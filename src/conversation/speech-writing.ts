import type { Logger } from 'pino'
import { MediaError } from '../ports/failure.ts'
import type { SoundFormat } from '../ports/media-tools.ts'
import { fittingFormat } from '../speech/file-size.ts'
import { longestSpoken, type Speaking, type SpeakWish, type Spoken } from '../speech/speaking.ts'
import { Unspeakable } from '../speech/unspeakable.ts'
import type { Enclosed } from './enclosing.ts'
import { payerOf } from './payer.ts'
import { Refused } from './refused.ts'
import type { Settings } from './settings.ts'
import type { Task } from './task.ts'
import type { TurnEvent } from './turn.ts'
import type { Writing, WritingPlace } from './writing.ts'

export interface SpeechDeps {
  readonly speaking: Speaking
  readonly settings: Settings
  readonly log: Logger
}

const cutWords = `*— only the beginning is read aloud: at most ${longestSpoken.toLocaleString('en')} characters at once*`

/** Reads a text aloud. Nothing is written: the sound goes with the turn. */
export function createSpeechWriting(
  deps: SpeechDeps,
  on: WritingPlace,
  task: Extract<Task, { kind: 'speak' }>,
): Writing {
  const { question, platform, running, trace } = on

  const reach = (event: TurnEvent): void => {
    if (running.happen(event)) trace.set({ state: running.turn.state })
  }

  const fitting = (format: SoundFormat): SoundFormat =>
    fittingFormat(format, task.text, platform.limits.fileBytes)

  async function wishOf(): Promise<SpeakWish> {
    const { voice } = await deps.settings.of(question.place.conversation)
    const { place, privateTo } = question
    const takesVoice = platform.takesVoice?.(place, privateTo ?? undefined) ?? false
    const as = task.format ?? (takesVoice ? 'voice' : fitting(voice.format))
    return { text: task.text, voice: { ...voice, name: task.voice ?? voice.name }, as }
  }

  async function speak(wish: SpeakWish, signal: AbortSignal): Promise<Spoken> {
    try {
      return await deps.speaking.speak(wish, { id: on.attempt, payer: payerOf(question), signal })
    } catch (error) {
      if (error instanceof Unspeakable) throw refusalOf(error)
      if (!(error instanceof MediaError)) throw error
      deps.log.warn({ turn: question.turn, err: error }, 'what was spoken could not be put together')
      throw new Refused('bad_input', `What the voice model sent can't be used: ${error.words}`)
    }
  }

  return {
    async write(_show, signal) {
      reach('allowed')
      on.tell?.({ kind: 'status', text: 'Reading it aloud…' })
      const wish = await wishOf()
      signal.throwIfAborted()
      reach('read')
      trace.mark('modelCalled')
      const { kept, cut } = await speak(wish, signal)
      // A Stop that was taken before the sound was whole stays a Stop.
      if (!running.happen('ended')) throw signal.reason
      trace.mark('lastToken')
      const instead = { text: wish.text, voice: wish.voice, format: fitting('mp3') }
      const isVoice = kept.about.waveform !== undefined
      const enclosed: Enclosed[] = [{ key: kept.key, ...(isVoice && { instead }) }]
      return { text: '', mark: cut ? cutWords : null, charge: null, isFinal: true, enclosed }
    },

    /** `Speaking` has booked what it reached. */
    settleUp: async () => ({ text: '', charge: null }),
  }
}

const refusalOf = ({ kind, words, retryAfterMs }: Unspeakable): Refused =>
  new Refused(kind === 'budget' ? 'budget' : 'bad_input', words, retryAfterMs)
