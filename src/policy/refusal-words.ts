import type { SpendLimit } from '../ports/ledger.ts'
import { dollars } from './money.ts'

export interface RefusedSpend {
  readonly limit: SpendLimit
  /** Nano-dollars, booked and set aside. */
  readonly spent: number
  /** What this answer may cost at most. */
  readonly amount: number
  readonly opensIn: number
  readonly model: string
  readonly known: boolean
  /** Absent: an answer. */
  readonly bargain?: Bargain
}

/** What can't be paid for, and how it would cost less. */
export interface Bargain {
  /** `this answer` */
  readonly name: string
  readonly less: string
}

const answer: Bargain = {
  name: 'this answer',
  less: 'Ask for a shorter answer, ask something shorter, or choose a cheaper model.',
}

/** Tells a person that the budget is not used up: what others' answers, or their own, may cost takes all of it just now. */
export function crowdedOut({ limit, model, known }: Pick<RefusedSpend, 'limit' | 'model' | 'known'>): {
  kind: 'refused'
  words: string
  retryAfterMs: number
} {
  const who =
    limit.name === 'person'
      ? 'Several of your questions are being answered at this moment'
      : 'Very many people are asking at this moment'
  const hint = known ? '' : ` ${unknownPrice(model)}`
  return {
    kind: 'refused',
    words: `${who}, and until it is known what those answers cost there is no budget left for another. Please try again in a minute.${hint}`,
    retryAfterMs: 60_000,
  }
}

/** Tells a person which budget is used up, how much it is, and when it opens again. */
export function refusal(spend: RefusedSpend): {
  kind: 'refused'
  words: string
  retryAfterMs: number | null
} {
  const { limit, spent, amount, opensIn, bargain = answer } = spend
  const whose = limit.name === 'person' ? 'Your budget' : 'The budget for everybody here'
  const day = `${whose} is ${dollars(limit.amount)} a day`
  const hint = spend.known ? '' : ` ${unknownPrice(spend.model)}`
  if (amount > limit.amount)
    return {
      kind: 'refused',
      words: `${day}, and ${bargain.name} alone may cost up to ${dollars(amount)}. ${bargain.less}${hint}`,
      retryAfterMs: null,
    }
  const left = Math.max(0, limit.amount - spent)
  const state =
    left === 0
      ? 'and it is used up'
      : `and ${dollars(left)} of it is left, less than the ${dollars(amount)} ${bargain.name} may cost`
  return {
    kind: 'refused',
    words: `${day}, ${state}. It opens again at 00:00 UTC, in ${duration(opensIn)}.${hint}`,
    retryAfterMs: opensIn,
  }
}

function unknownPrice(model: string): string {
  return `(The price of ${model} is not known, so it counts as the dearest model; whoever runs Parley can set it under prices in parley.yaml.)`
}

function duration(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / 60_000))
  const hours = Math.floor(minutes / 60)
  const part = (count: number, name: string) =>
    count === 0 ? [] : [`${count} ${name}${count === 1 ? '' : 's'}`]
  return [...part(hours, 'hour'), ...part(minutes % 60, 'minute')].join(' ')
}
