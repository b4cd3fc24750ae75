import type { Logger } from 'pino'
import type { TurnRecorder } from '../observe/traces.ts'
import type { FileRef } from '../ports/event.ts'
import type { Charge } from '../ports/ledger.ts'
import type { Activity, MediaFile, Platform } from '../ports/platform.ts'
import { type AskingDeps, openReply, type PaidReply } from './asking.ts'
import type { Enclosed } from './enclosing.ts'
import { createPaintingAlong, type PaintingAlongDeps } from './painting-along.ts'
import { payerOf } from './payer.ts'
import { type AskedFiles, type Preparation, type PreparingDeps, prepare } from './preparing.ts'
import type { Question } from './question.ts'
import { reaching } from './reaching.ts'
import type { RunningTurn } from './running.ts'
import { toolWords } from './tool-words.ts'
import { emptyWords, endWords, noQuestionWords, nothingToReadWords } from './words.ts'

/** Steps 4 to 7 of a message's way: media, memory, budget, model. What comes out is shown by the caller. */
export interface Written {
  /** The model's own words: what is remembered. */
  readonly text: string
  /** Added at the end for people: why it is not whole. */
  readonly mark: string | null
  readonly charge: Charge | null
  /** Written again it would be the same: no buttons. Absent = false. */
  readonly isFinal?: boolean
  /** Sounds and pictures that go with it, in order. */
  readonly enclosed?: readonly Enclosed[]
  /** What is remembered of them, so that later questions see it. */
  readonly files?: readonly FileRef[]
  /** What became of the question's files; absent: they were not read. */
  readonly asked?: AskedFiles
}

export type WritingDeps = AskingDeps & PreparingDeps & PaintingAlongDeps & { readonly log: Logger }

export interface Writing {
  /** Streams the answer into `show`. Throws `Refused`, `ModelError`, or the abort reason of `signal`. */
  write(show: (delta: string) => void, signal: AbortSignal): Promise<Written>
  /** The model's words and their cost so far, after `write` threw. Frees what was reserved beyond that. */
  settleUp(): Promise<Pick<Written, 'text' | 'charge' | 'asked'>>
}

export interface WritingPlace {
  /** The ledger's id of this try. */
  readonly attempt: string
  readonly question: Question
  readonly platform: Platform
  readonly running: RunningTurn
  readonly trace: TurnRecorder
  /** What the model does besides writing. */
  tell?(activity: Activity): void
  /** A picture as far as it is painted; it goes out at once where the platform can change it later, and nowhere else. */
  preview?(picture: MediaFile): void
}

export function createWriting(deps: WritingDeps, on: WritingPlace): Writing {
  const { question, running, trace } = on
  const text: string[] = []
  let reply: PaidReply | null = null
  let preparation: Preparation | null = null
  let failure: unknown
  const payer = payerOf(question, trace.bought)
  const along = createPaintingAlong(deps, {
    ...on,
    payer,
    prompt: question.asked.map((one) => one.text).join('\n\n'),
  })

  const count = async (from: PaidReply): Promise<Charge | null> => {
    const cost = await from.cost()
    if (cost === null) return null
    const { inputTokens, cachedTokens, outputTokens } = cost.usage
    trace.set({ inputTokens, cachedTokens, outputTokens, costUsd: cost.charge.amount / 1e9 })
    return cost.charge
  }

  const reach = reaching(on)

  async function write(show: (delta: string) => void, signal: AbortSignal): Promise<Written> {
    reach('allowed')
    preparation = await prepare(deps, question, on.platform, signal, payer)
    const { above, missed, files: asked, prepared } = preparation
    if (above !== '') show(above)
    if (prepared === null) {
      reach('ended')
      // A file that could not be had may be had the next time.
      const isFinal = !missed
      return { text: '', mark: isFinal ? noQuestionWords : nothingToReadWords, charge: null, isFinal, asked }
    }
    trace.set({ model: prepared.request.model })
    const ask = { id: on.attempt, ...payerOf(question), ...prepared }
    reply = await openReply(deps, ask, signal)
    // With what the answer itself leaves of the money.
    const tools = await along.offer(signal)
    signal.throwIfAborted()
    reach('read')

    trace.mark('modelCalled')
    let ended: string | null = null
    for await (const event of reply.stream(signal, tools)) {
      if (event.kind === 'tool')
        on.tell?.(
          event.state === 'running' ? { kind: 'status', text: toolWords(event.name) } : { kind: 'typing' },
        )
      ended = await along.take(event)
      if (ended !== null) break
      if (event.kind !== 'text') continue
      if (text.length === 0) {
        reach('token')
        trace.mark('firstToken')
      }
      text.push(event.delta)
      show(event.delta)
    }
    // A Stop that was taken before the last word came stays a Stop.
    if (!running.happen('ended')) throw signal.reason
    trace.mark('lastToken')
    trace.set({
      model: reply.end?.model ?? prepared.request.model,
      requestId: reply.end?.requestId ?? null,
    })
    await along.settle()
    const whole = text.join('')
    const { enclosed, files } = along.pictures
    const isEmpty = whole.trim() === '' && enclosed.length === 0
    const mark = ended ?? (isEmpty ? emptyWords : endWords(reply.end?.reason ?? 'complete'))
    return { text: whole, mark, charge: await count(reply), enclosed, files, asked }
  }

  return {
    async write(show, signal) {
      try {
        return await write(show, signal)
      } catch (error) {
        failure = error
        throw error
      } finally {
        await preparation?.close()
      }
    },

    async settleUp() {
      const charge = reply === null ? null : await count(reply)
      if (charge === null) await reply?.release()
      // What the answer itself cost is booked in any case.
      await along.settle(failure).catch((error: unknown) => {
        deps.log.error({ err: error, turn: question.turn }, 'what was painted along could not be booked')
      })
      const asked = preparation?.files
      return { text: text.join(''), charge, ...(asked && { asked }) }
    },
  }
}
