import type { Clock } from '../ports/clock.ts'
import type { Ledger, Reserved, SpendLimit } from '../ports/ledger.ts'
import { createCrowd, type Patience } from './crowd.ts'
import { type DayLimits, limitsAt, type Payer } from './day-limits.ts'

/** Sets money aside under the limits of the day; where only others' reservations are in the way, it waits for them. */
export type SetAside = (wish: Wanted, range: Range, signal: AbortSignal) => Promise<Reserved | Crowded>

export interface Wanted extends Payer {
  /** Asking again with the same id replaces what was set aside. */
  readonly id: string
  /** What can be done without is not waited for. */
  readonly patient: boolean
}

/** Nano-dollars. */
export interface Range {
  readonly amount: number
  readonly least: number
}

/** Only what others have set aside is in the way. */
export interface Crowded {
  readonly kind: 'crowded'
  readonly limit: SpendLimit
}

export interface SettingAsideOptions {
  readonly ledger: Pick<Ledger, 'reserve' | 'release'>
  readonly limits: { readonly day: DayLimits }
  readonly clock: Clock
  /**
   * How long a reservation holds money when its process dies, in milliseconds. An hour by default: an answer may be
   * written for ten minutes and then wait a quarter of an hour for its place, and a quarter more to be shown. A turn
   * that takes longer still is not counted between then and its end.
   */
  readonly holdMs?: number
  readonly patience?: Patience
}

const hourMs = 3_600_000

/** Most answers take seconds: so long there is hope, and nobody thinks yet that Parley is gone. */
const usualPatience: Patience = { limitMs: 60_000, againMs: 250 }

/**
 * Turns that wait for answers to the same person. Each holds one of the slots that all share: one person's questions
 * could fill them all.
 */
const mostOwn = 2

export function createSettingAside(options: SettingAsideOptions): SetAside {
  const { ledger, limits, clock, holdMs = hourMs, patience = usualPatience } = options
  const crowd = createCrowd(clock, patience)

  const hold = ({ id, ...payer }: Wanted, range: Range): Promise<Reserved> => {
    const at = clock.now()
    const { spender } = payer
    return ledger.reserve({
      ...{ id, at, expiresAt: at + holdMs, ...range, spender },
      limits: limitsAt(limits.day, at, payer),
    })
  }

  return async (wish, range, signal) => {
    const attempt = async (): Promise<Reserved | Crowded> => {
      const held = await hold(wish, range)
      const mayComeBack = held.kind === 'refused' && held.booked + range.amount <= held.limit.amount
      return mayComeBack ? { kind: 'crowded', limit: held.limit } : held
    }
    // Nobody overtakes those who wait already.
    const before = limitsAt(limits.day, clock.now(), wish).find((limit) => crowd.waitsIn(lineOf(limit)))
    const first: Reserved | Crowded = before ? { kind: 'crowded', limit: before } : await attempt()
    if (first.kind !== 'crowded' || !wish.patient) return first
    const visitor = {
      line: lineOf(first.limit),
      most: first.limit.name === 'person' ? mostOwn : Infinity,
      async attempt() {
        const again = await attempt()
        return again.kind === 'crowded' ? null : again
      },
      undo: () => ledger.release(wish.id),
    }
    return (await crowd.wait(visitor, signal)) ?? first
  }
}

/** Who waits for room under the same limit waits in one line. */
const lineOf = ({ name, filter }: SpendLimit): string => JSON.stringify([name, filter])
