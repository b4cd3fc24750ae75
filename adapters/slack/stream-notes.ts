import type { MessageRef, Place } from '../../src/ports/event.ts'
import { createRecent } from '../../src/recent.ts'

/** One message that grows by Slack's own streaming. */
export interface Stream {
  readonly place: Place
  readonly at: MessageRef
  /** What of the text was appended, as the engine wrote it. */
  text: string
  /** An answer was lost: nobody knows what the message says. It is stopped, and then edited. */
  isDoubtful: boolean
  /** What is being done beside the writing. */
  task: Task | null
  tasks: number
}

export interface Task {
  readonly id: string
  readonly title: string
}

/** Which streams are known, by their message and by their conversation. */
export interface StreamNotes {
  get(place: Place, at: MessageRef): Stream | undefined
  /** The newest of the conversation. */
  in(place: Place): Stream | undefined
  set(stream: Stream): void
  delete(place: Place, at: MessageRef): void
}

/** A stream that is forgotten is found again by Slack's refusal to edit it. */
const MOST = 2_000

export function createStreamNotes(): StreamNotes {
  const streams = createRecent<Stream>(MOST)
  const living = createRecent<Stream>(MOST)
  const messageKey = (place: Place, at: MessageRef): string =>
    JSON.stringify([place.conversation.workspace, at.channel, at.id])
  const conversationKey = ({ conversation: { workspace, channel, thread } }: Place): string =>
    JSON.stringify([workspace, channel, thread])

  return {
    get: (place, at) => streams.get(messageKey(place, at)),
    in: (place) => living.get(conversationKey(place)),
    set(stream) {
      streams.set(messageKey(stream.place, stream.at), stream)
      living.set(conversationKey(stream.place), stream)
    },
    delete(place, at) {
      const stream = streams.get(messageKey(place, at))
      if (!stream) return
      streams.delete(messageKey(place, at))
      const key = conversationKey(stream.place)
      if (living.get(key) === stream) living.delete(key)
    },
  }
}
