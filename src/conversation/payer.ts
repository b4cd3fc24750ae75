import type { Spender } from '../ports/ledger.ts'
import type { Question } from './question.ts'

/** Who pays for a question, and where. */
export interface Payer {
  readonly spender: Spender
  /** `spender.person` is the same in all workspaces of the platform. */
  readonly isAccount: boolean
  /** Told of what is booked to it besides answers, in nano-dollars. */
  readonly booked?: (amount: number) => void
}

export function payerOf({ place, by }: Pick<Question, 'place' | 'by'>, booked?: Payer['booked']): Payer {
  const { platform, workspace, channel } = place.conversation
  const { account, id } = by
  return {
    spender: { platform, workspace, channel, person: account ?? id },
    isAccount: account !== undefined,
    ...(booked && { booked }),
  }
}
