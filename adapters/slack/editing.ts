import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { revision } from './body.ts'
import { textUpload } from './file-messages.ts'
import { limits, measure } from './limits.ts'
import { isOnlyThisWay, isRefused, outcomeOf, refusalWords } from './outcome.ts'
import type { Sending } from './sending.ts'
import { fileIn, isFixed, threadOf } from './ways.ts'

const KEPT = 1_000

/** Edits and removes messages of an answer. */
export function createEditing({
  wire,
  ways,
  streams,
  uploads,
  files,
  media,
  log,
}: Pick<Sending, 'wire' | 'ways' | 'streams' | 'uploads' | 'files' | 'media' | 'log'>) {
  /** Messages whose streams were stopped because Slack would not edit them; what it says then may pass. */
  const stopped = createRecent<true>(KEPT)

  async function edit(place: Place, at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    if (isFixed(at)) return { kind: 'fixed' }
    if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
    const streamed = await streams.edit(place, at, part, signal)
    if (streamed) return streamed
    const team = place.conversation.workspace
    const key = `${team}/${at.channel}/${at.id}`
    const waits = part.state === 'writing' ? null : await filed(place, at, part, signal)
    if (waits) return waits
    const args = { channel: at.channel, ts: at.id, ...revision(place, part) }
    const reply = await wire.call<unknown>({ team, method: 'chat.update', args }, signal)
    if (isRefused(reply, 'streaming_state_conflict')) {
      if (stopped.get(key)) {
        stopped.delete(key)
        const cause = new Error('Slack says of a stream that was stopped that it still goes on')
        return { kind: 'not_sent', cause }
      }
      stopped.set(key, true)
      streams.adopt(place, at)
      return { kind: 'other_way' }
    }
    const outcome = outcomeOf(reply, () => at)
    if (reply.kind !== 'refused' || !(outcome.kind === 'fixed' || isOnlyThisWay(reply))) return outcome
    const { error } = reply
    const why = refusalWords(reply)
    log.warn(
      { team, channel: at.channel, refused: error, why },
      'a message of an answer can be edited no more',
    )
    // What is too old says nothing of the next.
    if (error !== 'edit_window_closed') ways.uneditable(place)
    return { kind: 'fixed' }
  }

  /** Whole now: its file is shared, and one that stood there before goes. Null: so it is. */
  async function filed(place: Place, at: MessageRef, { file }: Part, signal: AbortSignal) {
    // Sounds and pictures are messages of their own, which nobody edits.
    if (file?.kind !== 'text') return files.withdraw(place, at, null, signal)
    const target = { channel: at.channel, thread: threadOf(place) }
    const key = `message:${place.conversation.workspace}/${at.channel}/${at.id}`
    const share = await uploads.share(place, target, textUpload(file), key, signal)
    if (share.kind !== 'shared') return share
    await files.note(place, at, share.file)
    return files.withdraw(place, at, share.file, signal)
  }

  async function remove(place: Place, at: MessageRef, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    const file = fileIn(at)
    if (file !== null) return media.remove(place, at, file, signal)
    if (isFixed(at)) return { kind: 'fixed' }
    const waits = await files.withdraw(place, at, null, signal)
    if (waits) return waits
    const args = { channel: at.channel, ts: at.id }
    const reply = await wire.call<unknown>(
      { team: place.conversation.workspace, method: 'chat.delete', args },
      signal,
    )
    const outcome = outcomeOf(reply, () => at)
    if (outcome.kind === 'sent' || outcome.kind === 'gone') streams.forget(place, at)
    return outcome
  }

  return { edit, remove }
}
