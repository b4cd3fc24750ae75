import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Claim } from '../../src/ports/inbox.ts'
import {
  breathe,
  conversation,
  done,
  eventually,
  type InboxWorld,
  ids,
  type MakeInbox,
  message,
  startWorker,
} from './inbox-world.ts'

const outcomes = ['settle', 'settle', 'settle', 'release', 'throw', 'nothing'] as const

interface Script {
  /** The conversation of each message, and how many turns of the event loop before it. */
  readonly messages: readonly { readonly where: number; readonly after: number }[]
  readonly outcomes: readonly (typeof outcomes)[number][]
}

const script: fc.Arbitrary<Script> = fc.record({
  messages: fc.array(fc.record({ where: fc.nat(2), after: fc.nat(3) }), { minLength: 1, maxLength: 25 }),
  outcomes: fc.array(fc.constantFrom(...outcomes), { maxLength: 8 }),
})

/** Watches what every handler sees; a claim is on the books from before its first step to after its last. */
function auditor(steps: readonly Script['outcomes'][number][]) {
  const running = new Set<string>()
  const settled: string[] = []
  const doubles: string[] = []
  let step = 0
  async function handle(claim: Claim): Promise<void> {
    const where = claim.conversation.thread
    if (running.has(where)) doubles.push(where)
    running.add(where)
    try {
      await breathe(0)
      const outcome = steps[step++] ?? 'settle'
      if (outcome === 'settle') {
        await claim.settle(done)
        settled.push(...ids(claim))
      } else if (outcome === 'release') await claim.release()
      else if (outcome === 'throw') throw new Error('as planned')
    } finally {
      running.delete(where)
    }
  }
  return { handle, settled, doubles }
}

async function play(world: InboxWorld, { messages, outcomes: steps }: Script, run: number): Promise<void> {
  const audit = auditor(steps)
  const worker = startWorker(world, audit.handle)
  const admitted: string[] = []
  for (const [n, { where, after }] of messages.entries()) {
    for (let turn = 0; turn < after; turn++) await new Promise((resolve) => setImmediate(resolve))
    const id = `${run}-${where}-${n}`
    admitted.push(id)
    void world.inbox.admit(message(id, conversation(`${where}`)), 'turn')
  }
  await eventually(async () => {
    const { waiting, claimed, dead } = await world.inbox.depth()
    return audit.settled.length >= admitted.length && waiting + claimed + dead === 0
  }, [world])
  await worker.stop()
  expect(audit.doubles).toEqual([])
  for (const where of [0, 1, 2]) {
    const here = (id: string): boolean => id.startsWith(`${run}-${where}-`)
    expect(audit.settled.filter(here)).toEqual(admitted.filter(here))
  }
}

export function inboxRaces(make: MakeInbox): void {
  it('loses nothing, keeps the order and never claims twice, however admissions and ends of turns interleave', async () => {
    const world = await make({ attempts: 100 })
    let run = 0
    await fc.assert(
      fc.asyncProperty(script, (each) => play(world, each, run++)),
      { numRuns: process.env.PARLEY_FAULT === 'full' ? 300 : 25, endOnFailure: true },
    )
  })

  it('hands over an event admitted in the very moment its conversation is freed', async () => {
    const world = await make()
    const worker = startWorker(world)
    for (let n = 0; n < 60; n++) {
      const before = worker.claims.flatMap(ids).length
      await world.inbox.admit(message(`a${n}`), 'turn')
      // The settlement of the first is under way by now, or just through.
      for (let turn = 0; turn < n % 6; turn++) await new Promise((resolve) => setImmediate(resolve))
      await world.inbox.admit(message(`b${n}`), 'turn')
      await eventually(() => worker.claims.flatMap(ids).length === before + 2)
    }
    await worker.stop()
    expect(new Set(worker.claims.flatMap(ids)).size).toBe(120)
  })
}
