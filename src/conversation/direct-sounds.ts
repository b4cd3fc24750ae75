import { createHash } from 'node:crypto'
import { type Heard, type Hearing, heardKey, type Unheard } from '../media/hearing.ts'
import type { Room } from '../media/room.ts'
import type { Traces, TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import { MediaError, ModelError } from '../ports/failure.ts'
import type { Scratch } from '../ports/scratch.ts'
import { weightOf } from '../speech/sentences.ts'
import { speakable } from '../speech/speakable.ts'
import {
  longestSpoken,
  type Speaking,
  type SpeakWish,
  type Spoken,
  type VoiceSettings,
} from '../speech/speaking.ts'
import { Unspeakable } from '../speech/unspeakable.ts'
import type { DirectRecording, DirectSounds, DirectSpeech, Received } from './direct-port.ts'
import { beginTrace, type DirectTrace, endFailed } from './direct-trace.ts'
import { ownFile } from './own-file.ts'
import { Refused } from './refused.ts'
import { createUploads } from './uploads.ts'

export interface DirectSoundsDeps {
  /** By a model of this name. */
  readonly speakingBy: (model: string) => Speaking
  readonly hearingBy: (model: string) => Hearing
  readonly scratch: Scratch
  /** The room on disk, all turns together. */
  readonly disk: Room
  readonly clock: Pick<Clock, 'now'>
  readonly traces: Pick<Traces, 'begin'>
  readonly defaults: {
    readonly speechModel: string
    readonly transcribeModel: string
    readonly voice: VoiceSettings
  }
  /** Aborts when the program can wait no longer. */
  readonly closing: AbortSignal
}

/** Speech and transcripts without a conversation: the same services, budget and files as everywhere. */
export function createDirectSounds(deps: DirectSoundsDeps): DirectSounds {
  const { defaults, clock, traces } = deps
  const inFolder = createUploads(deps)

  /** A request that can be read has a trace. */
  async function traced<T>(
    begun: DirectTrace,
    signal: AbortSignal,
    work: (trace: TurnRecorder) => Promise<T>,
  ): Promise<T> {
    const trace = beginTrace(traces, begun)
    try {
      const made = await work(trace)
      trace.mark('finalShown')
      trace.end('answered')
      return made
    } catch (error) {
      if (!signal.aborted) endFailed(trace, error)
      throw error
    } finally {
      // Ended already unless the caller went away, or the program had to.
      trace.end('stopped')
    }
  }

  function speak(request: DirectSpeech, caller: AbortSignal) {
    const { id, spender } = request
    const signal = AbortSignal.any([caller, deps.closing])
    const begun = { turn: id, spender, admittedAt: clock.now() }
    return traced(begun, signal, (trace) => speakTraced(request, trace, signal))
  }

  async function speakTraced(request: DirectSpeech, trace: TurnRecorder, signal: AbortSignal) {
    const { id, spender, model = defaults.speechModel } = request
    trace.set({ model })
    const weight = weightOf(speakable(request.text))
    if (weight > longestSpoken) throw new Refused('too_long', tooMuchText)
    const wish = wishOf(request, defaults.voice)
    const speaking = deps.speakingBy(model)
    const payer = { spender, isAccount: false, booked: trace.bought }
    trace.mark('modelCalled')
    const { kept } = await spoken(speaking.speak(wish, { id, payer, isOwn: true, signal }))
    const { type, name, seconds = null } = kept.about
    return { body: kept.body, type, name, seconds }
  }

  async function transcribe({ id, receive, spender }: DirectRecording, caller: AbortSignal) {
    const signal = AbortSignal.any([caller, deps.closing])
    const admittedAt = clock.now()
    return inFolder(spender, async (folder) => {
      const received = await receive(folder, signal)
      const { path, name, language, vocabulary, model = defaults.transcribeModel } = received
      const key = heardKey(spender, ownFile(spender, contentOf(received, defaults.transcribeModel)))
      return traced({ turn: id, spender, admittedAt }, signal, async (trace) => {
        trace.set({ model })
        trace.mark('modelCalled')
        const payer = { spender, isAccount: false, booked: trace.bought }
        const how = { payer, language, vocabulary, signal }
        return whole(await deps.hearingBy(model).hear({ key, path, name }, how))
      })
    })
  }

  return { speak, transcribe }
}

function wishOf({ text, voice, format, speed, instructions }: DirectSpeech, own: VoiceSettings): SpeakWish {
  const as = format ?? own.format
  return {
    text,
    as,
    voice: {
      name: voice ?? own.name,
      format: as,
      speed: speed ?? own.speed,
      instructions: instructions ?? own.instructions,
    },
  }
}

async function spoken(speaking: Promise<Spoken>): Promise<Spoken> {
  try {
    return await speaking
  } catch (error) {
    if (error instanceof Unspeakable) {
      const kind = error.kind === 'budget' ? 'budget' : 'bad_input'
      throw new Refused(kind, error.words, error.retryAfterMs)
    }
    if (!(error instanceof MediaError)) throw error
    const words = `What the voice model sent can't be used: ${error.words}`
    throw new ModelError('server', words, { cause: error })
  }
}

/** What another model, or other expectations, would hear in the same bytes is another transcript. */
function contentOf({ sha256, model, vocabulary = '' }: Received, own: string): string {
  const isOwn = model === undefined || model === own
  if (isOwn && vocabulary === '') return sha256
  const wishes = createHash('sha256')
    .update(JSON.stringify([model ?? own, vocabulary]))
    .digest('hex')
  return `${sha256}:${wishes}`
}

function whole(heard: Heard | Unheard): Heard {
  if (heard.kind === 'skipped') {
    if (heard.failure) throw heard.failure
    if (heard.passing) throw new Refused('busy', `file: ${heard.why}.`, passingMs)
    if (heard.budget) throw new Refused('budget', `${capital(heard.why)}.`, heard.budget.retryAfterMs)
    throw new Refused('bad_input', `file: ${heard.why}.`)
  }
  if (heard.text.trim() !== '') return heard
  throw new Refused('bad_input', 'file: nothing is said in it. Send a recording in which somebody speaks.')
}

/** Milliseconds until this machine may be free again. */
const passingMs = 30_000

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

const tooMuchText = `text: more than ${longestSpoken.toLocaleString('en')} characters can't be read aloud at once (half as many in scripts like Chinese). Send it in several requests.`
