import { budgetsOf } from './buckets.ts'
import { reported } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply, WireRequest } from './wire.ts'

/** A call for a file that goes with a message. Doesn't reject. */
export type FileCall = <T>(request: WireRequest, signal: AbortSignal) => Promise<Reply<T>>

/** The message's own leave covers nothing but its text: what its files need waits for leave of its own. */
export const createFileCall =
  ({ wire, intake }: Pick<Outgoing, 'wire' | 'intake'>): FileCall =>
  async <T>(request: WireRequest, signal: AbortSignal) => {
    const make = async () => reported(await wire.call<T>(request, signal))
    const engine = intake()
    if (!engine) return (await make()).reply
    try {
      return (await engine.paced(budgetsOf(request.team, request.method), make, signal)).reply
    } catch (cause) {
      // Aborted; whether it was carried out shows at the next try.
      return { kind: 'not_sent', cause }
    }
  }
