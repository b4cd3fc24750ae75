import type { Clock } from '../../src/ports/clock.ts'
import { StaleFence } from '../../src/ports/failure.ts'
import type { Connection } from './connection.ts'
import type { Log } from './log.ts'
import type { Holder } from './owners.ts'

/** The leases this process holds, renewed together while there are any. */
export interface Leases {
  /** Begins to renew; the signal aborts with a `StaleFence` when the lease is lost. */
  hold(fence: number, conversation: string): AbortSignal
  /** The batch is settled or given back. */
  drop(fence: number): void
  /** The batch could not be given back: it is freed with the next renewal that gets through. */
  abandon(fence: number): void
  /** Stops renewing. */
  close(): void
}

interface Lease {
  readonly conversation: string
  readonly control: AbortController
  /** By the steady clock: until then no other process can have taken it. */
  sureUntil: number
}

export function createLeases(
  connection: Connection,
  owner: Holder,
  clock: Clock,
  log: Log,
  leaseMs: number,
): Leases {
  const leases = new Map<number, Lease>()
  const closing = new AbortController()
  let newest = 0
  let abandoned = 0
  let running = false
  let renewal: Promise<void> | null = null

  function lose(fence: number): void {
    const lease = leases.get(fence)
    leases.delete(fence)
    lease?.control.abort(new StaleFence(lease.conversation))
  }

  function abandon(fence: number): void {
    leases.delete(fence)
    abandoned++
    start()
  }

  async function renew(): Promise<void> {
    const held = [...leases.keys()]
    const [until, abandonedBefore] = [clock.elapsed() + leaseMs, abandoned]
    try {
      const { lost, freed } = await connection.call('beat', { owner, held, newest, at: clock.now() })
      abandoned -= abandonedBefore
      for (const fence of lost) lose(fence)
      for (const fence of held) {
        const lease = leases.get(fence)
        if (lease) lease.sureUntil = until
      }
      if (freed > 0) log.info({ batches: freed }, 'gave back what could not be given back before')
      if (lost.length > 0) log.warn({ leases: lost.length }, 'leases went to another process')
    } catch (error) {
      log.warn({ err: error, leases: held.length }, 'leases could not be renewed')
    } finally {
      renewal = null
    }
  }

  /** A renewal that fails or hangs must not outlast the lease: from then on another process may have taken it. */
  function loseWhatIsUnsure(): void {
    for (const [fence, lease] of leases) {
      if (lease.sureUntil > clock.elapsed()) continue
      lose(fence)
      abandoned++
    }
  }

  async function keepRenewing(): Promise<void> {
    while ((leases.size > 0 || abandoned > 0) && !closing.signal.aborted) {
      await pause(leaseMs / 3, closing.signal)
      if (closing.signal.aborted) return
      renewal ??= renew()
      // A machine that slept, or a loop that was blocked, gets this chance before leases count as lost.
      const answered = new AbortController()
      const late = pause(leaseMs / 6, AbortSignal.any([answered.signal, closing.signal]))
      await Promise.race([renewal, late])
      answered.abort()
      loseWhatIsUnsure()
    }
  }

  /** Aborting ends it early; that is no failure here. */
  function pause(ms: number, signal: AbortSignal): Promise<void> {
    return clock.sleep(ms, signal).catch((): undefined => undefined)
  }

  function start(): void {
    if (running || closing.signal.aborted) return
    running = true
    void keepRenewing().finally(() => {
      running = false
      if (leases.size > 0 || abandoned > 0) start()
    })
  }

  return {
    hold(fence, conversation) {
      const control = new AbortController()
      leases.set(fence, { conversation, control, sureUntil: clock.elapsed() + leaseMs })
      newest = Math.max(newest, fence)
      start()
      return control.signal
    },
    drop: (fence) => {
      leases.delete(fence)
    },
    abandon,
    close: () => closing.abort(),
  }
}
