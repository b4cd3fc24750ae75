import type { AccessAnswer } from '../policy/access.ts'
import type { Budget } from '../policy/budget.ts'
import { usdOf } from '../policy/money.ts'
import type { ConversationKey, Person, Place } from '../ports/event.ts'
import type { Intake } from '../ports/intake.ts'
import { payerOf } from './payer.ts'
import type { EffectiveSettings } from './settings.ts'

export interface OverviewDeps {
  readonly settings: {
    of(channel: ConversationKey): Promise<Pick<EffectiveSettings, 'model' | 'persona'>>
  }
  readonly budget: Pick<Budget, 'today'>
  readonly access: (visit: { readonly by: Person; readonly place: Place }) => AccessAnswer
  /** Whether they may use Parley anywhere else in the workspace. */
  readonly elsewhere: (by: Person, conversation: ConversationKey) => boolean
}

/** How things stand for one person at one place, for those who may use Parley there or elsewhere in its workspace. */
export function createOverview({ settings, budget, access, elsewhere }: OverviewDeps): Intake['overview'] {
  return async (place, by) => {
    const here = access({ by, place }).kind === 'yes'
    if (!here && !elsewhere(by, place.conversation)) return null
    const [{ model, persona }, { booked, limit, shared, until }] = await Promise.all([
      settings.of(place.conversation),
      budget.today(payerOf({ place, by })),
    ])
    return {
      model,
      persona,
      direct: here && place.direct,
      today: { spent: usdOf(booked), limit, shared: shared === null ? null : usdOf(shared), until },
    }
  }
}
