import { describe, expect, it, vi } from 'vitest'
import { person, talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { settled, soon } from './watching.ts'

describe('money', () => {
  it('is set aside for what a question quotes, too', async () => {
    // At 1 USD a million tokens this is enough for 10,000.
    const house = await openHouse({ dayBudget: 0.01 })
    house.model.always(() => ['Yes.'])
    const message = { channel: 'general', id: 'q' }
    const place = await house.chat.intake.place({
      ...{ platform: 'chat', workspace: 'team', channel: 'general', thread: null },
      ...{ message, repliesTo: null, direct: false, threadIfOpened: 'q' },
    })
    const quotes = [{ author: 'Max', text: 'lorem ipsum '.repeat(50_000) }]
    const by = person('pia')
    await house.chat.intake.admit({
      ...{ kind: 'message', id: 'q', at: 1, place, by, message, text: 'Sum it up', files: [], quotes },
    })
    await settled(house, 1)
    expect(house.traces[0]?.outcome).toBe('refused')
    expect(house.model.requests).toEqual([])
  })

  it('is booked for what a stopped answer had thought', async () => {
    const house = await openHouse()
    const begun = Promise.withResolvers<void>()
    Object.assign(house.model.model, {
      async *reply(_request: unknown, signal: AbortSignal) {
        yield { kind: 'started', requestId: 'r' }
        for (let i = 0; i < 100; i++)
          yield { kind: 'reasoning', delta: 'ten tokens of thought in this line ' }
        begun.resolve()
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      },
    })
    const pia = talk(house)
    const { thread } = await pia.say('Think')
    await begun.promise
    await pia.stop(thread)
    await settled(house, 1)
    expect(house.traces[0]?.outputTokens).toBeGreaterThan(500)
    await vi.waitFor(async () => {
      const { booked, reserved } = await house.database.ledger.spent({}, 0)
      expect([booked > 1_000_000, reserved]).toEqual([true, 0])
    }, soon)
  })
})
