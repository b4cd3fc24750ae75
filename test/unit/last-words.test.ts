import { expect, it } from 'vitest'
import { createHandling, type HandlingDeps } from '../../src/conversation/handling.ts'
import type { InboundEvent } from '../../src/ports/event.ts'
import type { Claim, DraftAnswer } from '../../src/ports/inbox.ts'

/** Whoever speaks asks for the platform first. */
const handling = createHandling({
  platformOf: () => {
    throw new Error('spoke')
  },
} as unknown as HandlingDeps)

function claimOf(kind: InboundEvent['kind'], answer: DraftAnswer | null): Claim {
  const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread: '1' }
  const event = {
    kind,
    id: 'e1',
    place: { conversation, root: null, direct: false },
  } as unknown as InboundEvent
  const draft = { turn: 't', parts: [], answer }
  return { conversation, events: [event], draft, signal: new AbortController().signal } as unknown as Claim
}

it('a question that is given up gets last words', async () => {
  await expect(handling.lastWords(claimOf('message', null))).rejects.toThrow('spoke')
})

it('an answer that is whole is not replaced by an excuse', async () => {
  const whole: DraftAnswer = { text: 'The answer.', state: 'done', rest: {} }
  await expect(handling.lastWords(claimOf('message', whole))).resolves.toBeUndefined()
})

it('nobody is told of a thumb that could not be kept', async () => {
  await expect(handling.lastWords(claimOf('feedback', null))).resolves.toBeUndefined()
})
