import type { Clock } from '../../src/ports/clock.ts'
import { StaleFence } from '../../src/ports/failure.ts'
import type { Connection } from './connection.ts'
import type { Log } from './log.ts'
import type { Holder } from './owners.ts'

/** The leases this process holds, renewed together while there are any. */
export interface Leases {
  /** Begins to renew; the signal aborts with a `StaleFence` when the lease is lost. */
  hold(fence: number, conversation: string): AbortSignal
  drop(fence: number): void
  held(fence: number): boolean
  /** Stops renewing. */
  close(): void
}

interface Lease {
  readonly conversation: string
  readonly control: AbortController
  /** By the steady clock: until then the lease is certain even if no renewal succeeds. */
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
  let running = false
  let renewing = false

  function lose(fence: number): void {
    const lease = leases.get(fence)
    leases.delete(fence)
    lease?.control.abort(new StaleFence(lease.conversation))
  }

  async function renew(): Promise<void> {
    renewing = true
    const held = [...leases.keys()]
    const until = clock.elapsed() + leaseMs
    try {
      const { lost, freed } = await connection.call('beat', { owner, held, newest, at: clock.now() })
      for (const fence of lost) lose(fence)
      for (const fence of held) {
        const lease = leases.get(fence)
        if (lease) lease.sureUntil = until
      }
      if (freed > 0)
        log.info({ batches: freed }, 'gave back what could not be given back while the disk failed')
      if (lost.length > 0) log.warn({ leases: lost.length }, 'leases went to another process')
    } catch (error) {
      log.warn({ err: error, leases: held.length }, 'leases could not be renewed')
    } finally {
      renewing = false
    }
  }

  /** A renewal that fails or hangs must not outlast the lease: from then on another process may have taken it. */
  function loseWhatIsUnsure(): void {
    for (const [fence, lease] of leases) if (lease.sureUntil <= clock.elapsed()) lose(fence)
  }

  async function keepRenewing(): Promise<void> {
    while (leases.size > 0 && !closing.signal.aborted) {
      await clock.sleep(leaseMs / 3, closing.signal).catch(() => undefined)
      if (closing.signal.aborted) return
      loseWhatIsUnsure()
      if (!renewing) void renew()
    }
  }

  function start(): void {
    if (running || closing.signal.aborted) return
    running = true
    void keepRenewing().finally(() => {
      running = false
      if (leases.size > 0) start()
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
    held: (fence) => leases.has(fence),
    close: () => closing.abort(),
  }
}
