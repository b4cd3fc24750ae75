import type { Claim, Lane, WorkOptions } from '../../src/ports/inbox.ts'
import { createTurnstile } from '../../src/turnstile.ts'
import type { Bell } from './bell.ts'
import { type OpenClaim, openClaim } from './claim.ts'
import type { ClaimedBatch } from './claiming.ts'
import { deathsOf, diedTooOften, type GivingUp, giveUp } from './giving-up.ts'
import type { InboxOptions } from './inbox.ts'
import type { Leases } from './leases.ts'
import type { Watch } from './neighbours.ts'

/** How often to look for what no bell announces: retries that fall due, other processes' events and deaths. */
const POLL_MS = 1000

/** The most claims of the `aside` lane at once: each holds a sound in the making. */
const MOST_ASIDE = 16

type Handle = (claim: Claim) => Promise<void>

interface Workshop extends InboxOptions {
  readonly leases: Leases
  readonly watch: Watch
  /** Tells every worker of this process that something may be claimable. */
  ring(): void
}

export function createWorking(workshop: Workshop) {
  const { connection, owner, clock, log, leases, watch, ring } = workshop
  const givingUp: GivingUp = workshop
  // A settled claim frees its conversation while its handler may still have steps to do: the next one waits for those.
  const inTurn = createTurnstile()

  async function runOne(batch: ClaimedBatch, handle: Handle, onDead: WorkOptions['onDead']): Promise<void> {
    try {
      const open = openClaim(batch, connection, leases, clock, owner.id)
      const run = (): Promise<void> => tryOrGiveUp(open, handle, onDead)
      await (batch.lane === 'turn' ? inTurn(JSON.stringify(batch.conversation), run) : run())
      leases.drop(batch.fence)
    } catch (error) {
      log.warn({ err: error, fence: batch.fence }, 'a claim could not be given back yet')
      leases.abandon(batch.fence)
    }
    ring()
  }

  async function tryOrGiveUp(open: OpenClaim, handle: Handle, onDead: WorkOptions['onDead']): Promise<void> {
    if (open.claim.signal.aborted) return
    const { batch } = open
    if (batch.failures >= workshop.attempts || diedTooOften(batch, workshop.deaths))
      await giveUp(open, reasonOf(batch, workshop.attempts), givingUp, onDead)
    else await tryOnce(open, handle, onDead)
  }

  async function tryOnce(open: OpenClaim, handle: Handle, onDead: WorkOptions['onDead']): Promise<void> {
    let failure: unknown = new Error('The handler returned without settling or releasing its claim')
    try {
      await handle(open.claim)
    } catch (error) {
      failure = error
    }
    if ((await open.over()) || open.claim.signal.aborted) return
    await giveUp(open, failure, givingUp, onDead)
  }

  /** Claims what there is room for; the number claimed. */
  async function claimSome(room: Record<Lane, number>, take: (batch: ClaimedBatch) => void) {
    const { claimed, others } = await connection.call('claim', { owner, ...room, at: clock.now() })
    for (const batch of claimed) take(batch)
    if (await watch.look(others)) ring()
  }

  async function run(handle: Handle, options: WorkOptions, bell: Bell): Promise<void> {
    const { signal, concurrency, onDead } = options
    const running = { turn: 0, now: 0, aside: 0 }
    const handlers = new Set<Promise<void>>()
    const onAbort = (): void => bell.ring()
    signal.addEventListener('abort', onAbort, { once: true })

    function take(batch: ClaimedBatch): void {
      running[batch.lane]++
      const handler = runOne(batch, handle, onDead).finally(() => {
        running[batch.lane]--
        handlers.delete(handler)
        bell.ring()
      })
      handlers.add(handler)
    }

    while (!signal.aborted) {
      const over = connection.over()
      if (over) throw over
      const room = {
        turn: concurrency - running.turn,
        now: concurrency - running.now,
        aside: Math.min(MOST_ASIDE, concurrency) - running.aside,
      }
      try {
        if (Object.values(room).some((places) => places > 0)) await claimSome(room, take)
      } catch (error) {
        if (connection.over()) continue
        log.warn({ err: error }, 'nothing can be claimed')
        await clock.sleep(POLL_MS, signal).catch((): undefined => undefined)
      }
      await bell.wait(POLL_MS, signal)
    }
    await Promise.all(handlers)
    signal.removeEventListener('abort', onAbort)
  }

  return { run }
}

/** What to say of a batch whose tries were used up before this one. */
function reasonOf(batch: ClaimedBatch, attempts: number): Error {
  const { error, failures } = batch
  const failed = failures >= attempts && error !== null
  return new Error(failed ? error : `The process ended ${deathsOf(batch)} times while it handled this`)
}
