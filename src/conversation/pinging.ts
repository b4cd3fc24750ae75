import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { DraftPart } from '../ports/inbox.ts'
import type { Outcome, Platform } from '../ports/platform.ts'
import { callAside } from '../reply/aside.ts'
import type { Pacer } from '../reply/pacer.ts'
import { removeAll } from '../reply/removal.ts'
import type { Stats } from '../reply/stats.ts'
import { within } from '../within.ts'
import { nonceOf } from './keys.ts'
import type { Memory } from './memory.ts'
import type { Question } from './question.ts'
import type { Turnstile } from './turnstile.ts'
import type { Whole } from './wholeness.ts'

/**
 * An edit doesn't mark a channel as unread: after an answer that took long, a short fresh message says that it is
 * whole. It becomes part of the answer, so that it goes when the answer goes or is written again.
 */
export interface PingingDeps {
  readonly memory: Pick<Memory, 'turnOf' | 'rewriteTurn'>
  readonly pacer: Pacer
  readonly clock: Clock
  readonly inTurn: Turnstile
}

/** An answer that stands and is remembered. */
export interface Answered {
  readonly question: Question
  readonly platform: Platform
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

/** Sends it once. Rejects with the signal's reason, or when it could not be remembered. */
export async function ping(deps: PingingDeps, answered: Answered, signal: AbortSignal): Promise<Outcome> {
  const { question, platform, place } = answered
  const nonce = nonceOf(`${question.turn}:ping`, 0)
  const outcome = await send(deps, answered, nonce, signal)
  if (outcome.kind !== 'sent') return outcome
  const part = { nonce, ref: outcome.ref }
  // Deleted or written again meanwhile: there is no such answer above any more.
  if (!(await remember(deps, answered, part))) {
    const { pacer, clock } = deps
    await removeAll([part], { platform, place, pacer, clock, signal })
  }
  return outcome
}

async function send(
  { pacer, clock }: PingingDeps,
  { platform, place, parts }: Answered,
  nonce: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const part = { markdown: pingWords, state: 'done', controls: [] } as const
  const once = () =>
    callAside({ pacer, platform: platform.name, signal }, platform.budget(place, 'send'), () =>
      within({ clock, limit: callLimitMs, signal }, (own) =>
        platform.send(place, part, { nonce, index: parts.length, signal: own }),
      ),
    )
  let outcome = await once()
  for (let tries = 1; outcome.kind === 'limited' && tries < mostTries; tries++) outcome = await once()
  return outcome
}

/** False when the answer is not there any more, or is another one by now. */
function remember(
  { memory, inTurn }: PingingDeps,
  { question: { turn, conversation }, parts }: Answered,
  part: DraftPart,
): Promise<boolean> {
  return inTurn(conversation, async () => {
    const ref = parts.find((one) => one.ref !== null && !one.removed)?.ref
    const now = ref ? await memory.turnOf(conversation, ref) : null
    if (now?.turn !== turn) return false
    await memory.rewriteTurn(conversation, { ...now, parts: [...now.parts, part] })
    return true
  })
}
