import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import { createRecent } from '../../src/recent.ts'
import { bucketOf, globalBucket } from './buckets.ts'
import type { Reply, WireRequest } from './request.ts'

/** Counts the answers that Discord takes as misuse, and stops calling before it bans the address for them. */
export interface InvalidRequests {
  /** What a request comes to that is not to be made now; null: it may be made. */
  instead(request: WireRequest): Reply<never> | null
  /** `scope`: whose limit a 429 was. */
  note(request: WireRequest, reply: Reply<unknown>, status: number, scope: string | null): void
}

/** 10,000 answers with 401, 403 or 429 in ten minutes are a ban (Discord's documents, "Invalid request limit"). */
const MOST = 8_000
const MINUTE_MS = 60_000
const MINUTES = 10
/** Missing Access and Missing Permissions: the same call in the same channel comes to the same. */
const lasting = new Set<number | null>([50001, 50013])
/** So often in a row one kind of call is refused in a channel before it is not made there any more, and for how long. */
const IN_A_ROW = 3
const HELD_MS = 300_000
const REMEMBERED = 1_000

type Refused = Extract<Reply<never>, { kind: 'refused' }>

export function createInvalidRequests(clock: Clock, log: Logger, most = MOST): InvalidRequests {
  /** The last minutes, oldest first. */
  const minutes: { readonly minute: number; counted: number }[] = []
  const channels = createRecent<{
    readonly refused: Refused
    readonly times: number
    readonly until: number
  }>(REMEMBERED)

  const now = (): number => Math.floor(clock.elapsed() / MINUTE_MS)
  const recent = (): typeof minutes => {
    while (minutes[0] && minutes[0].minute < now() - MINUTES) minutes.shift()
    return minutes
  }
  const total = (): number => recent().reduce((sum, { counted }) => sum + counted, 0)

  function count(): void {
    const last = recent().at(-1)
    if (last?.minute === now()) last.counted++
    else minutes.push({ minute: now(), counted: 1 })
    if (total() === most)
      log.error(
        `Discord refused ${most} requests within ten minutes (401, 403 or 429). Only interactions are answered until fewer were: at 10,000 it would ban this address. Look for a wrong token or missing permissions above.`,
      )
  }

  /** The oldest minute leaves the count. */
  function heldMs(): number {
    const [oldest] = recent()
    if (!oldest || total() < most) return 0
    return Math.max(1, Math.ceil((oldest.minute + MINUTES + 1) * MINUTE_MS - clock.elapsed()))
  }

  return {
    instead(request) {
      // Somebody waits for these for seconds only, and no permission of a channel refuses them.
      if (request.auth === false) return null
      const here = channels.get(bucketOf(request))
      if (here && here.times >= IN_A_ROW && clock.elapsed() < here.until) return here.refused
      const held = heldMs()
      return held > 0 ? { kind: 'limited', retryAfterMs: held, bucket: globalBucket } : null
    },
    note(request, reply, status, scope) {
      if (status === 401 || status === 403 || (status === 429 && scope !== 'shared')) count()
      // A file needs a permission of its own: what is refused with one may go without.
      if (request.auth === false || request.files) return
      const bucket = bucketOf(request)
      const before = channels.get(bucket)
      if (reply.kind === 'done') {
        if (before) channels.delete(bucket)
      } else if (reply.kind === 'refused' && status === 403 && lasting.has(reply.code)) {
        const times = before && clock.elapsed() < before.until ? before.times + 1 : 1
        const { rate: _, ...refused } = reply
        channels.set(bucket, { refused, times, until: clock.elapsed() + HELD_MS })
      }
    },
  }
}
