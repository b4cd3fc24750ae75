import type { Logger } from 'pino'
import { ModelError } from '../ports/failure.ts'
import type { SoundFacts } from '../ports/media-tools.ts'
import type { Heard, HearingDeps, HearingHow, SoundAsked, Unheard } from './hearing.ts'
import { languageCode } from './language.ts'
import { type Listened, type ListeningHow, listen } from './listening.ts'
import { type Sendable, sendable } from './send-form.ts'

/** Throws what the transcriber and the tools throw. */
export type PaidListening = (
  sound: SoundAsked,
  facts: SoundFacts,
  how: HearingHow,
  log: Logger,
) => Promise<Heard | Unheard>

/** Seconds: what a model refused as too long, or took too long for, is cut to pieces of so much. */
const cutSeconds = 20 * 60

/** Has a sound transcribed, with the money for it. */
export function createPaidListening(deps: Omit<HearingDeps, 'store'>): PaidListening {
  const { transcriber, model, tools, buying, clock } = deps

  return async (sound, facts, how, log) => {
    const { folder, language, vocabulary, payer, signal } = how
    const { seconds } = facts
    const wares = { kind: 'transcription', seconds } as const
    // Each time it is listened to it costs again.
    const wish = { id: `${sound.key}:${clock.now()}`, payer, model, wares }
    const deal = await buying.open(wish, signal)
    if (deal.kind === 'refused') {
      const { words, retryAfterMs } = deal
      return { kind: 'skipped', why: lowered(words), budget: { retryAfterMs } }
    }
    let done = 0
    const heard = (more: number): void => {
      done += more
    }
    const listening = { transcriber, model, folder, name: sound.name, language, vocabulary, signal, heard }
    let listened: Listened
    try {
      listened = await cutAndListen(sound.path, facts, listening, log)
    } catch (error) {
      await (done === 0 ? deal.release() : deal.settle(null, model, { ...wares, seconds: done }))
      throw error
    }
    await deal.settle(listened.usage, model, { ...wares, seconds: done })
    const { text, lines } = listened
    return { kind: 'heard', text, language: languageOf(listened) ?? language ?? null, seconds, lines }
  }

  async function cutAndListen(path: string, facts: SoundFacts, how: ListeningHow, log: Logger) {
    const { folder, signal } = how
    const cutting = { tools, folder, signal }
    const pieces = await sendable(path, facts, cutting)
    try {
      return await listen(pieces, how)
    } catch (error) {
      signal.throwIfAborted()
      if (!isRefusedAsTooLong(error, pieces)) throw error
      log.info({ err: error }, 'a sound is cut, for the model did not take it as long as it is')
      return listen(await sendable(path, facts, cutting, cutSeconds), how)
    }
  }
}

/** Models say in many words what they don't take; which of them it was, only a shorter try can tell. */
const isRefusedAsTooLong = (error: unknown, pieces: readonly Sendable[]): boolean =>
  error instanceof ModelError &&
  ['bad_request', 'too_long', 'timeout'].includes(error.kind) &&
  pieces.some(({ seconds }) => seconds > cutSeconds)

/** Models and servers call a language by its code or its name. */
const languageOf = ({ language }: Listened): string | null =>
  language === null ? null : languageCode(language)

/** It goes on after a colon. */
const lowered = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1)
