import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { DraftPart } from '../ports/inbox.ts'
import type { Outcome } from '../ports/outcome.ts'
import type { Platform } from '../ports/platform.ts'
import { callAside } from '../reply/aside.ts'
import type { Pacer } from '../reply/pacer.ts'
import { removeAll } from '../reply/removal.ts'
import type { Stats } from '../reply/stats.ts'
import type { Turnstile } from '../turnstile.ts'
import { within } from '../within.ts'
import { nonceOf } from './keys.ts'
import type { Memory } from './memory.ts'
import type { Question } from './question.ts'
import type { Running, RunningTurn } from './running.ts'
import type { Whole } from './wholeness.ts'

/**
 * An edit doesn't mark a channel as unread: after an answer that took long, a short fresh message says that it is
 * whole. It becomes part of the answer, so that it goes when the answer goes or is written again.
 */
export interface PingingDeps {
  readonly memory: Pick<Memory, 'head' | 'turnOf' | 'rewriteTurn'>
  readonly running: Pick<Running, 'in' | 'newestIn'>
  readonly pacer: Pacer
  readonly clock: Clock
  readonly inTurn: Turnstile
}

/** An answer that stands and is remembered. */
export interface Answered {
  readonly question: Question
  readonly platform: Platform
  /** Its turn, which may be over. */
  readonly running: RunningTurn
  readonly place: Place
  readonly parts: readonly DraftPart[]
  readonly whole: Whole
  readonly stats: Readonly<Stats>
}

const pingWords = '*— the answer above is complete*'

/** Whoever was told of a new message a moment ago finds it whole. */
const freshMs = 5_000
const callLimitMs = 15_000
const mostTries = 3

/** Whether people may have looked away: an edit made it whole, later than `afterMs` after the question. */
export function needsPing({ question, whole, stats }: Answered, afterMs: number | null): boolean {
  if (afterMs === null || whole.outcome !== 'answered' || question.privateTo !== null) return false
  const { finalShownAt, lastSentAt } = stats
  if (finalShownAt === null || finalShownAt - question.admittedAt <= afterMs) return false
  return lastSentAt === null || finalShownAt - lastSentAt > Math.min(freshMs, afterMs)
}

/**
 * Sends it once; null when the answer is not there any more. It is remembered before it is sent: whatever becomes of
 * its reply, or of this process, it goes when its answer goes. Rejects with the signal's reason, or when it could not
 * be remembered.
 */
export async function ping(
  deps: PingingDeps,
  answered: Answered,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const { platform, place, question } = answered
  const nonce = nonceOf(`${question.turn}:ping`, 0)
  if (!(await remember(deps, answered, nonce, { ref: null }))) return null
  const outcome = await send(deps, answered, nonce, signal)
  if (outcome.kind === 'unknown') return outcome
  const sent = outcome.kind === 'sent' ? { ref: outcome.ref } : null
  const stands = await remember(deps, answered, nonce, sent)
  if (sent && !stands) {
    const { pacer, clock } = deps
    await removeAll([{ nonce, ...sent }], { platform, place, pacer, clock, signal })
  }
  return outcome
}

const overtaken: Outcome = { kind: 'not_sent', cause: new Error('The answer is not the last word any more') }

async function send(
  deps: PingingDeps,
  answered: Answered,
  nonce: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { pacer, clock } = deps
  const { platform, place, parts } = answered
  const part = { markdown: pingWords, state: 'done', controls: [] } as const
  const index = parts.filter(({ ref, removed }) => ref !== null || !removed).length
  let underWay = false
  const call = async (): Promise<Outcome> => {
    if (!(await isLastWord(deps, answered))) return overtaken
    underWay = true
    const outcome = await within({ clock, limit: callLimitMs, signal }, (own) =>
      platform.send(place, part, { nonce, index, signal: own }),
    )
    underWay = false
    return outcome
  }
  const once = () =>
    callAside({ pacer, platform: platform.name, signal }, platform.budget(place, 'send'), call)
  try {
    let outcome = await once()
    for (let tries = 1; outcome.kind === 'limited' && tries < mostTries; tries++) outcome = await once()
    return outcome
  } catch (error) {
    if (!underWay) await remember(deps, answered, nonce, null)
    throw error
  }
}

/** Nothing is being written below it, and nothing was answered since: "the answer above" is this one. */
async function isLastWord(
  { memory, running }: PingingDeps,
  { question, place, running: own }: Answered,
): Promise<boolean> {
  const { conversation, head } = question
  const here = running.in(conversation)
  const isOther = (turn: RunningTurn): boolean => turn !== own
  if (here !== null && isOther(here)) return false
  // Beside a message the whole channel goes on below it.
  if (place.replyTo && running.newestIn(place.conversation, isOther) !== null) return false
  const now = await memory.head(conversation)
  return now?.epoch === head.epoch && now.next === question.answer + 1
}

/** As what it is a message of its answer; null: as none. False when the answer is not there any more, or is another one by now. */
function remember(
  { memory, inTurn }: PingingDeps,
  { question: { turn, conversation }, parts }: Answered,
  nonce: string,
  as: Pick<DraftPart, 'ref'> | null,
): Promise<boolean> {
  return inTurn(conversation, async () => {
    const ref = parts.find((one) => one.ref !== null && !one.removed)?.ref
    const now = ref ? await memory.turnOf(conversation, ref) : null
    if (now?.turn !== turn) return false
    const others = now.parts.filter((part) => part.nonce !== nonce)
    await memory.rewriteTurn(conversation, { ...now, parts: as ? [...others, { nonce, ...as }] : others })
    return true
  })
}
