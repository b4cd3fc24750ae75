import { expect, it } from 'vitest'
import { halfBudgetsOf } from '../../adapters/slack/buckets.ts'
import { createPacedCall } from '../../adapters/slack/paced-call.ts'
import type { Wire } from '../../adapters/slack/wire.ts'
import type { Intake } from '../../src/ports/intake.ts'
import { callAside } from '../../src/reply/aside.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { simulatedClock } from '../fakes/clock.ts'

const { signal } = new AbortController()
const request = { team: 'T1', method: 'conversations.replies', args: {} }

it('what is fetched afterwards leaves half of a minute’s calls to the thread of a question', async () => {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  let calls = 0
  const wire: Wire = {
    call: async <T>() => {
      calls++
      return { kind: 'done', body: {} as T, scopes: [] } as const
    },
  }
  const intake = (): Pick<Intake, 'paced'> => ({
    paced: (budgets, call, own) => callAside({ pacer, platform: 'slack', signal: own }, budgets, call),
  })
  const missed = createPacedCall(wire, intake, halfBudgetsOf)
  const asked = createPacedCall(wire, intake)
  const over = new AbortController()
  const fetching = Array.from({ length: 200 }, () => missed(request, over.signal).catch(() => undefined))
  await clock.advance(1_000)
  expect(calls).toBeLessThanOrEqual(25)
  for (let i = 0; i < 20; i++) {
    let isDone = false
    void asked(request, signal).then(() => {
      isDone = true
    })
    await clock.advance(100)
    expect(isDone).toBe(true)
  }
  over.abort(new Error('enough'))
  await Promise.all(fetching)
})
