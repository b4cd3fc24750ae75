import { createHash } from 'node:crypto'
import { plainCause } from '../../src/no-answer.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { TextFile } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { within } from '../../src/within.ts'
import { budgetsOf } from './buckets.ts'
import { isSlacks } from './links.ts'
import { isOnlyThisWay, outcomeOf, refusalWords, reported } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply, WireRequest } from './wire.ts'

/** Puts the files of answers into their threads. */
export interface Uploads {
  /** Whether this workspace takes files, as far as is known. */
  takes(team: string): boolean
  /**
   * Shares the file once for `key`, however often it is asked to. Gives its id; or why the message has to wait. Three
   * calls, which few answers need.
   */
  share(
    place: Place,
    to: { readonly channel: string; readonly thread: string | null },
    file: TextFile,
    key: string,
    signal: AbortSignal,
  ): Promise<{ readonly kind: 'shared'; readonly file: string } | Unshared>
}

type Unshared = Exclude<Outcome, { kind: 'sent' }>

/** Where an upload got to. `filed`: its bytes are at Slack, and it may have been shared already. */
interface Stage {
  readonly kind: 'filed' | 'shared'
  readonly file: string
}

const KEPT = 1_000
const TIMEOUT_MS = 60_000
/** Then they may have been allowed. */
const REFUSED_MS = 3_600_000

export function createUploads({
  wire,
  intake,
  apiUrl,
  clock,
  log,
}: Pick<Outgoing, 'wire' | 'intake' | 'apiUrl' | 'clock' | 'log'>): Uploads {
  const stages = createRecent<Stage>(KEPT)
  const refusedUntil = createRecent<number>(KEPT)
  const takes = (team: string): boolean => (refusedUntil.get(team) ?? 0) <= clock.elapsed()

  function failed(team: string, reply: Exclude<Reply<unknown>, { kind: 'done' }>): Unshared {
    // Nothing of the message itself was sent: the next try goes on from here.
    if (reply.kind === 'unknown') return { kind: 'not_sent', cause: reply.cause }
    if (reply.kind === 'refused' && isOnlyThisWay(reply)) {
      const why = refusalWords(reply)
      refusedUntil.set(team, clock.elapsed() + REFUSED_MS)
      log.warn({ team, why }, 'Slack takes no files here: for an hour very long answers go on in messages')
      return { kind: 'no_file', why }
    }
    const outcome = outcomeOf(reply, () => null)
    return outcome.kind === 'sent' ? { kind: 'unknown', cause: noAnswer } : outcome
  }

  /** The message's own leave covers nothing but its text. */
  async function call<T>(request: WireRequest, signal: AbortSignal): Promise<Reply<T>> {
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

  return {
    takes,
    async share({ conversation: { workspace: team } }, { channel, thread }, { name, text }, message, signal) {
      // An answer that is written again has another file.
      const key = `${message} ${createHash('sha256').update(text).digest('base64url')}`
      const stage = stages.get(key)
      if (stage?.kind === 'shared') return { kind: 'shared', file: stage.file }
      if (!takes(team)) return { kind: 'no_file', why: 'Slack took no file here within the last hour' }
      const bytes = new TextEncoder().encode(text)
      const filed = stage ? stage.file : await put(team, name, bytes, signal)
      if (typeof filed !== 'string') return filed
      stages.set(key, { kind: 'filed', file: filed })
      const reply = await call<unknown>(
        {
          team,
          method: 'files.completeUploadExternal',
          args: {
            files: [{ id: filed, title: name }],
            channel_id: channel,
            ...(thread === null ? {} : { thread_ts: thread }),
          },
        },
        signal,
      )
      // Refused the second time: the first, whose answer was lost, had shared it.
      if (reply.kind === 'done' || (stage && reply.kind === 'refused')) {
        stages.set(key, { kind: 'shared', file: filed })
        return { kind: 'shared', file: filed }
      }
      if (reply.kind === 'refused') stages.delete(key)
      return failed(team, reply)
    },
  }

  /** The file's id, once its bytes are at Slack. */
  async function put(
    team: string,
    name: string,
    bytes: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
  ): Promise<string | Unshared> {
    const args = { filename: name, length: bytes.byteLength }
    const reply = await call<{ upload_url?: unknown; file_id?: unknown }>(
      { team, method: 'files.getUploadURLExternal', args },
      signal,
    )
    if (reply.kind !== 'done') return failed(team, reply)
    const { upload_url: url, file_id: id } = reply.body
    if (typeof url !== 'string' || typeof id !== 'string' || !isSlacks(url, apiUrl))
      return { kind: 'not_sent', cause: new Error('Slack named no place of its own for the file') }
    try {
      // The address itself is the right to write there: no token.
      const status = await within({ clock, limit: TIMEOUT_MS, signal }, async (own) => {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/octet-stream' },
          body: bytes,
          redirect: 'error',
          signal: own,
        })
        await response.body?.cancel()
        return response.status
      })
      return status === 200 ? id : { kind: 'not_sent', cause: new Error(`Slack took no file: ${status}`) }
    } catch (error) {
      // A file that was not shared is seen by nobody.
      return { kind: 'not_sent', cause: plainCause(error, 'Slack') }
    }
  }
}

const noAnswer = new Error('Slack answered something else')
