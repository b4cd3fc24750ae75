import type { Clock } from '../../src/ports/clock.ts'
import type { MessageRef } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { CallKind, Part, Way } from '../../src/ports/platform.ts'
import type { Shown } from './rated-ledger.ts'

/** Streams as a platform and its adapter have them: text is only added, they live for a while, and end for good. */
export interface NativeStreams {
  readonly lifeMs: number
  ways(place: string): readonly Way[]
  /** At this call the platform says that it is no stream (any more), or that it takes no more text. */
  mishap?(call: number): 'over' | 'too_long' | null
}

/** What a call on a message really is. */
export type StreamCall = CallKind | 'append' | 'stop'

export interface StreamKeeper {
  begin(id: string, part: Part): void
  /** `at`: the message; absent = one that is still to be sent. */
  callOf(kind: CallKind, at?: MessageRef): StreamCall
  /** Null: the message is no stream, and is edited like others. */
  grow(message: Shown, part: Part, put: (part: Part) => void): Outcome | null
  /** The reply to a call on it was lost. */
  doubt(id: string): void
  /** Texts that were no more than what stood there already and something added. */
  readonly takenBack: string[]
}

const CLOSING = 16

export function streamKeeper(streams: NativeStreams, clock: Clock): StreamKeeper {
  const living = new Map<string, { text: string; until: number; sure: boolean }>()
  const takenBack: string[] = []
  let calls = 0

  const grow: StreamKeeper['grow'] = ({ id }, part, put) => {
    const stream = living.get(id)
    if (!stream) return null
    const mishap = streams.mishap?.(calls++) ?? null
    const text = part.state === 'writing' ? (part.stays ?? part.markdown) : part.markdown
    // What closes a fence is no more than platforms keep room for.
    if (mishap === 'too_long' && text.length > stream.text.length + CLOSING) return { kind: 'too_long' }
    const grows = text.startsWith(stream.text)
    if (stream.sure && !grows) takenBack.push(`${stream.text} -> ${text}`)
    if (mishap === 'over' || !stream.sure || !grows || clock.elapsed() > stream.until) {
      living.delete(id)
      return { kind: 'other_way' }
    }
    stream.text = text
    if (part.state !== 'writing') living.delete(id)
    put({ ...part, markdown: text })
    return { kind: 'sent', ref: { channel: '', id } }
  }

  return {
    begin: (id, part) =>
      living.set(id, {
        text: part.stays ?? part.markdown,
        until: clock.elapsed() + streams.lifeMs,
        sure: true,
      }),
    callOf(kind, at) {
      if (kind !== 'edit' && kind !== 'finish') return kind
      const streaming = at ? living.has(at.id) : kind === 'finish'
      if (!streaming) return 'edit'
      return kind === 'edit' ? 'append' : 'stop'
    },
    grow,
    doubt(id) {
      const stream = living.get(id)
      if (stream) stream.sure = false
    },
    takenBack,
  }
}
