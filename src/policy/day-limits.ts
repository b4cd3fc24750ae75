import type { Ledger, SpendFilter, SpendLimit } from '../ports/ledger.ts'
import type { Wish } from './budget.ts'
import { nanoOf } from './money.ts'

/** US dollars a UTC day; null = no limit. */
export interface DayLimits {
  readonly all: number | null
  readonly person: number | null
}

export type Payer = Pick<Wish, 'spender' | 'isAccount'> & {
  /** Told of what is booked to it besides answers, in nano-dollars. */
  readonly booked?: (amount: number) => void
}

/** Names the person for as long as the program runs. */
export const payerKey = ({ spender: { platform, workspace, person } }: Payer): string =>
  JSON.stringify([platform, workspace, person])

/** How one person's day stands. What is set aside may come back, and is not counted. */
export interface Today {
  /** Nano-dollars. */
  readonly booked: number
  /** US dollars a person; null = none. */
  readonly limit: number | null
  /** Nano-dollars left of the limit for all, where that is less than what is left of the person's own; else null. */
  readonly shared: number | null
  /** When the next day begins: milliseconds since the epoch. */
  readonly until: number
}

const dayMs = 86_400_000

/** Milliseconds until the next UTC day. */
export const restOfDay = (at: number): number => dayMs - (at % dayMs)

/** The beginning of the UTC day. */
const dayOf = (at: number): number => at - (at % dayMs)

/** The limits that a person's spending keeps to: their own first. */
export function limitsAt({ all, person }: DayLimits, at: number, payer: Payer): SpendLimit[] {
  const since = dayOf(at)
  return [
    ...(person === null ? [] : [{ name: 'person', filter: filterOf(payer), since, amount: nanoOf(person) }]),
    ...(all === null ? [] : [{ name: 'all', filter: {}, since, amount: nanoOf(all) }]),
  ]
}

export async function todayOf(
  ledger: Pick<Ledger, 'spent'>,
  { all, person }: DayLimits,
  at: number,
  payer: Payer,
): Promise<Today> {
  const since = dayOf(at)
  const [own, total] = await Promise.all([
    ledger.spent(filterOf(payer), since),
    all === null ? null : ledger.spent({}, since),
  ])
  const left = leftOf(person, own.booked)
  const shared = leftOf(all, total?.booked ?? 0)
  return {
    booked: own.booked,
    limit: person,
    shared: shared < left ? shared : null,
    until: since + dayMs,
  }
}

/** Nano-dollars. */
const leftOf = (limit: number | null, booked: number): number =>
  limit === null ? Number.POSITIVE_INFINITY : Math.max(0, nanoOf(limit) - booked)

/** One person's lines. */
function filterOf({ spender, isAccount = false }: Payer): SpendFilter {
  const { platform, workspace, person } = spender
  return isAccount ? { platform, person } : { platform, workspace, person }
}
