import type { Logger } from 'pino'
import type { Bought, Unaffordable, Wares } from '../policy/buying.ts'
import { payerKey } from '../policy/day-limits.ts'
import { MediaError, ModelError } from '../ports/failure.ts'
import type { SoundFacts } from '../ports/media-tools.ts'
import { tooLongWords } from './duration.ts'
import type { Heard, HearingDeps, HearingWork, SoundAsked, Unheard } from './hearing.ts'
import { languageCode } from './language.ts'
import { type Listened, listen } from './listening.ts'
import { sendable } from './send-form.ts'

/** Throws what the transcriber and the tools throw. */
export type PaidListening = (
  sound: SoundAsked,
  facts: SoundFacts,
  how: HearingWork,
  log: Logger,
) => Promise<Heard | Unheard>

/** Seconds: what a model refused as too long, or took too long for, is cut to pieces of so much. */
const cutSeconds = 20 * 60

/** Seconds by which what comes of cutting may be longer than the facts said: what is more was not told, and not paid for. */
const rounding = 1

const tooLongNote = 'a sound is cut, for the model did not take it as long as it is'

/** Has a sound transcribed, with the money for it. */
export function createPaidListening(deps: Omit<HearingDeps, 'store' | 'scratch' | 'disk'>): PaidListening {
  const { transcriber, model, tools, buying, clock, minutes } = deps

  return async (sound, facts, how, log) => {
    // Each time it is listened to it costs again.
    const id = `${sound.key}:${clock.now()}`
    let longest = 0
    const sent = (seconds: number): void => {
      longest = Math.max(longest, seconds)
    }
    try {
      return await listenOnce(sound, facts, how, { id, sent })
    } catch (error) {
      how.signal.throwIfAborted()
      if (longest <= cutSeconds || !mayBeTooLong(error)) throw error
      const { kind, status, server, requestId } = error
      log.info({ kind, status, server, requestId }, tooLongNote)
      // What a server says of an error may quote the names that it was told to expect.
      log.debug({ err: error }, tooLongNote)
      return listenOnce(sound, facts, how, { id: `${id}:cut`, sent, longest: cutSeconds })
    }
  }

  async function listenOnce(
    sound: SoundAsked,
    facts: SoundFacts,
    { folder, language, vocabulary, payer, signal }: HearingWork,
    at: { readonly id: string; readonly sent: (seconds: number) => void; readonly longest?: number },
  ): Promise<Heard | Unheard> {
    const open = (id: string, seconds: number): Promise<Bought | Unaffordable> =>
      buying.open({ id, payer, model, wares: waresOf(seconds) }, signal)
    let { seconds } = facts
    let deal = await open(at.id, seconds)
    if (deal.kind === 'refused') return unaffordable(deal)
    let paid = 0
    // Of fractions a rest may stay where nothing is owed: the pieces are counted.
    let reached = 0
    const sent = (more: number): void => {
      paid += more
      reached += Math.sign(more)
      at.sent(more)
    }
    const listening = { transcriber, model, folder, name: sound.name, language, vocabulary, signal, sent }
    let listened: Listened
    try {
      const pieces = await sendable(
        sound.path,
        facts,
        { tools: tools.for(payerKey(payer)), folder, signal },
        at.longest,
      )
      const whole = pieces.reduce((sum, piece) => sum + piece.seconds, 0)
      if (whole > seconds + rounding) {
        if (whole > minutes * 60) throw new MediaError('too_large', tooLongWords(whole, minutes))
        await deal.release()
        const dearer = await open(`${at.id}:whole`, whole)
        if (dearer.kind === 'refused') return unaffordable(dearer)
        deal = dearer
        seconds = whole
      }
      listened = await listen(pieces, listening)
    } catch (error) {
      await (reached <= 0 ? deal.release() : deal.settle(null, model, waresOf(paid)))
      throw error
    }
    await deal.settle(listened.usage, model, waresOf(paid))
    const { text, lines } = listened
    return { kind: 'heard', text, language: languageOf(listened) ?? language ?? null, seconds, lines }
  }
}

/** Models say in many words what they don't take; which of them it was, only a shorter try can tell. */
const mayBeTooLong = (error: unknown): error is ModelError =>
  error instanceof ModelError && ['bad_request', 'too_long', 'timeout'].includes(error.kind)

/** Models and servers call a language by its code or its name. */
const languageOf = ({ language }: Listened): string | null =>
  language === null ? null : languageCode(language)

const waresOf = (seconds: number): Wares => ({ kind: 'transcription', seconds })

const unaffordable = ({ words, retryAfterMs }: Unaffordable): Unheard => ({
  kind: 'skipped',
  why: lowered(words),
  budget: { retryAfterMs },
})

/** It goes on after a colon. */
const lowered = (words: string): string => words.charAt(0).toLowerCase() + words.slice(1)
