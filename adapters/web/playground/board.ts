import type { MessageRef } from '../../../src/ports/event.ts'
import type { Changes } from './changes.ts'
import { onlyFor, refOf, type Stored, toWire } from './message.ts'
import type { MessageLog } from './message-log.ts'

/** Messages with everyone looking on: what is written here is stored and told to the pages. */
export interface Board {
  /** The message that stands (`MessageLog.append`). */
  post(message: Stored): Promise<Stored>
  change(ref: MessageRef, change: (message: Stored) => Stored): Promise<Stored | null>
  /** A change that is seen but not stored: text that is still being written. */
  preview(ref: MessageRef, change: (message: Stored) => Stored): Promise<Stored | null>
  remove(ref: MessageRef): Promise<Stored | null>
}

export function createBoard(log: MessageLog, changes: Changes): Board {
  const subjectOf = (message: Stored): string => JSON.stringify(['message', message.channel, message.id])

  function tell(message: Stored): void {
    changes.publish({
      subject: subjectOf(message),
      event: 'message',
      data: toWire(message),
      only: onlyFor(message),
    })
  }

  async function countReply(message: Stored, by: 1 | -1): Promise<void> {
    if (message.thread === null || message.privateTo !== null) return
    const root = await log.update({ channel: message.channel, id: message.thread }, (before) => ({
      ...before,
      replies: Math.max(0, before.replies + by),
    }))
    if (root) tell(root)
  }

  /** A crash between a reply and its count would leave an answer that no link leads to. */
  async function mendCount(message: Stored): Promise<void> {
    if (message.thread === null || message.privateTo !== null) return
    const root = await log.find({ channel: message.channel, id: message.thread })
    if (root?.replies === 0) await countReply(message, 1)
  }

  async function told(changed: Promise<Stored | null>): Promise<Stored | null> {
    const message = await changed
    if (message) tell(message)
    return message
  }

  return {
    post: async (message) => {
      const standing = await log.append(message)
      tell(standing)
      if (standing === message) await countReply(standing, 1)
      else await mendCount(standing)
      return standing
    },
    change: async (ref, change) => {
      const message = await told(log.update(ref, change))
      if (message) await mendCount(message)
      return message
    },
    preview: (ref, change) => told(log.preview(ref, change)),
    remove: async (ref) => {
      const message = await log.remove(ref)
      if (!message) return null
      changes.publish({
        subject: subjectOf(message),
        event: 'removed',
        data: { ...refOf(message), thread: message.thread },
        only: onlyFor(message),
      })
      await countReply(message, -1)
      return message
    },
  }
}
