import type { Hold, Room } from '../media/room.ts'
import type { TurnRecorder } from '../observe/traces.ts'
import type { Charge } from '../ports/ledger.ts'
import type { Activity, Platform } from '../ports/platform.ts'
import { type AskingDeps, openReply, type PaidReply } from './asking.ts'
import { payerOf } from './payer.ts'
import { type PreparingDeps, prepare } from './preparing.ts'
import type { Question } from './question.ts'
import type { RunningTurn } from './running.ts'
import { toolWords } from './tool-words.ts'
import type { TurnEvent } from './turn.ts'
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
}

export interface WritingDeps extends AskingDeps, PreparingDeps {
  readonly room: Room
}

export interface Writing {
  /** Streams the answer into `show`. Throws `Refused`, `ModelError`, or the abort reason of `signal`. */
  write(show: (delta: string) => void, signal: AbortSignal): Promise<Written>
  /** The model's words and their cost so far, after `write` threw. Frees what was reserved beyond that. */
  settleUp(): Promise<Pick<Written, 'text' | 'charge'>>
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
}

export function createWriting(deps: WritingDeps, on: WritingPlace): Writing {
  const { question, running, trace } = on
  const text: string[] = []
  let reply: PaidReply | null = null

  const count = async (from: PaidReply): Promise<Charge | null> => {
    const cost = await from.cost()
    if (cost === null) return null
    const { inputTokens, cachedTokens, outputTokens } = cost.usage
    trace.set({ inputTokens, cachedTokens, outputTokens, costUsd: cost.charge.amount / 1e9 })
    return cost.charge
  }

  const reach = (event: TurnEvent): void => {
    if (running.happen(event)) trace.set({ state: running.turn.state })
  }

  async function write(show: (delta: string) => void, hold: Hold, signal: AbortSignal): Promise<Written> {
    reach('allowed')
    const { skipped, prepared } = await prepare(deps, question, on.platform, hold, signal)
    if (skipped.length > 0) show(`${skipped.map((why) => `> ${why}`).join('\n')}\n\n`)
    if (prepared === null) {
      reach('ended')
      // A file that could not be had may be had the next time.
      const isFinal = skipped.length === 0
      return { text: '', mark: isFinal ? noQuestionWords : nothingToReadWords, charge: null, isFinal }
    }
    trace.set({ model: prepared.request.model })
    reply = await openReply(deps, { id: on.attempt, ...payerOf(question), ...prepared }, signal)
    signal.throwIfAborted()
    reach('read')

    trace.mark('modelCalled')
    for await (const event of reply.stream(signal)) {
      if (event.kind === 'tool')
        on.tell?.(
          event.state === 'running' ? { kind: 'status', text: toolWords(event.name) } : { kind: 'typing' },
        )
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
    const whole = text.join('')
    const mark = whole.trim() === '' ? emptyWords : endWords(reply.end?.reason ?? 'complete')
    return { text: whole, mark, charge: await count(reply) }
  }

  return {
    async write(show, signal) {
      const hold = deps.room.enter()
      try {
        return await write(show, hold, signal)
      } finally {
        hold.leave()
      }
    },

    async settleUp() {
      const charge = reply === null ? null : await count(reply)
      if (charge === null) await reply?.release()
      return { text: text.join(''), charge }
    },
  }
}
