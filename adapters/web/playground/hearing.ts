import type { InboundEvent, Person, Quote } from '../../../src/ports/event.ts'
import type { Admission, Intake } from '../../../src/ports/intake.ts'
import { Problem } from '../problem.ts'
import type { Writer } from './authors.ts'

/** Hands events to the engine while it listens, and waits for those under way when it stops. */
export interface Hearing {
  listen(intake: Intake): void
  /** Takes in nothing more; resolves when what was under way is admitted or given up. */
  stop(): Promise<void>
  /** Rejects with a `Problem` (503) while nobody listens. */
  intake(): Intake
  /** Rejects with a `Problem` (503) when too much is waiting. */
  admit(event: InboundEvent): Promise<Exclude<Admission, 'full'>>
}

export function createHearing(): Hearing {
  let listener: Intake | null = null
  const underWay = new Set<Promise<unknown>>()

  function intake(): Intake {
    if (!listener) throw new Problem(503, 'Parley is starting or stopping. Try again in a moment.', retry)
    return listener
  }

  return {
    listen: (given) => {
      listener = given
    },
    stop: async () => {
      listener = null
      await Promise.allSettled(underWay)
    },
    intake,
    admit: async (event) => {
      const admitting = intake().admit(event)
      underWay.add(admitting)
      try {
        const admission = await admitting
        if (admission !== 'full') return admission
      } finally {
        underWay.delete(admitting)
      }
      throw new Problem(
        503,
        'Too many messages are waiting for an answer here. Try again in a moment.',
        retry,
      )
    },
  }
}

const retry = { 'retry-after': '5' }

/** Whoever can open the playground holds a key or sits at the machine: everyone is trusted as a moderator. */
export const person = (author: Writer): Person => ({
  id: author.id,
  name: author.name,
  account: author.account,
  bot: false,
  foreign: false,
  moderator: true,
  roles: [],
})

export const quote = (message: {
  readonly author: { readonly name: string }
  readonly text: string
}): Quote => ({
  author: message.author.name,
  text: message.text,
})
