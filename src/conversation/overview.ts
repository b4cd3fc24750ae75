import type { AccessAnswer } from '../policy/access.ts'
import type { Budget } from '../policy/budget.ts'
import { usdOf } from '../policy/money.ts'
import type { Person, Place } from '../ports/event.ts'
import type { Intake } from '../ports/platform.ts'
import { payerOf } from './payer.ts'
import type { Settings } from './settings.ts'

export interface OverviewDeps {
  readonly settings: Pick<Settings, 'of'>
  readonly budget: Pick<Budget, 'today'>
  readonly access: (visit: { readonly by: Person; readonly place: Place }) => AccessAnswer
}

/** How things stand for one person at one place, for those who may use Parley there. */
export function createOverview({ settings, budget, access }: OverviewDeps): Intake['overview'] {
  return async (place, by) => {
    if (access({ by, place }).kind !== 'yes') return null
    const [{ model, persona }, { booked, limit, until }] = await Promise.all([
      settings.of(place.conversation),
      budget.today(payerOf({ place, by })),
    ])
    return { model, persona, today: { spent: usdOf(booked), limit, until } }
  }
}
