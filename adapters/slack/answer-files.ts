import { createHash } from 'node:crypto'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Store } from '../../src/ports/store.ts'
import { createFileCall } from './file-call.ts'
import { outcomeOf, refusalWords } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'

/** Which files belong to which message: they are messages of their own at Slack, and stay when the answer goes. */
export interface AnswerFiles {
  /** Durable when it resolves. */
  note(place: Place, at: MessageRef, file: string): Promise<void>
  /** Deletes the message's files, but for `kept`. Null: nothing more stands there; else why it has to wait. */
  withdraw(
    place: Place,
    at: MessageRef,
    kept: string | null,
    signal: AbortSignal,
  ): Promise<Exclude<Outcome, { kind: 'sent' }> | null>
}

/** As long as history is kept by default: then nobody withdraws an answer any more. */
const KEPT_MS = 30 * 24 * 3_600_000

export function createAnswerFiles({
  wire,
  intake,
  store,
  log,
}: Pick<Outgoing, 'wire' | 'intake' | 'store' | 'log'>): AnswerFiles {
  const call = createFileCall({ wire, intake })
  const noted = async (key: string): Promise<readonly string[]> => (await store.get<string[]>(key)) ?? []

  return {
    async note(place, at, file) {
      const key = keyOf(place, at)
      const before = await noted(key)
      if (!before.includes(file)) await store.set(key, [...before, file], KEPT_MS)
    },
    async withdraw(place, at, kept, signal) {
      const key = keyOf(place, at)
      const left = [...(await noted(key))]
      for (const file of left.filter((each) => each !== kept)) {
        const { workspace: team } = place.conversation
        const reply = await call<unknown>({ team, method: 'files.delete', args: { file } }, signal)
        const outcome = outcomeOf(reply, () => at)
        // Deleting it once more harms nothing.
        if (outcome.kind === 'unknown') return { kind: 'not_sent', cause: outcome.cause }
        if (outcome.kind === 'limited' || outcome.kind === 'not_sent') return outcome
        if (reply.kind === 'refused' && !gone.has(reply.error))
          log.warn({ file, why: refusalWords(reply) }, 'the file of a withdrawn answer could not be deleted')
        left.splice(left.indexOf(file), 1)
        await remember(store, key, left)
      }
      return null
    },
  }
}

const gone = new Set(['file_not_found', 'file_deleted'])

const remember = (store: Pick<Store, 'set' | 'delete'>, key: string, files: readonly string[]) =>
  files.length === 0 ? store.delete(key) : store.set(key, files, KEPT_MS)

/** Of a length that any store takes. */
function keyOf({ conversation: { workspace } }: Place, at: MessageRef): string {
  const message = JSON.stringify([workspace, at.channel, at.id])
  return `slack:files:${createHash('sha256').update(message).digest('base64url')}`
}
