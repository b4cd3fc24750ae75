import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

/**
 * Between two sips of one answer, for each other answer that streams: so all of them together are read some 500 times
 * a second, however many they are. One alone is read as it comes.
 */
const GAP_MS = 2
/** Nobody sees that words are later by this. */
const LONGEST_GAP_MS = 80
/** Sips that wait for a reader that does not come. */
const MOST_WAITING = 8

let streaming = 0

/**
 * A response's body whose socket is read now and then, and then all that has come: the words of a model arrive one by
 * one, and each would cost a wake-up, a system call and its own way through all layers. `body` is what the message
 * becomes, unzipped say. Errors as fetch's body does: a `TypeError` `terminated`.
 */
export function sips(message: IncomingMessage, body: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { socket } = message
  let pieces: Buffer[] = []
  let soon: NodeJS.Immediate | undefined
  let rest: NodeJS.Timeout | undefined
  let isHeld = false
  let isOver = false

  /** The socket is not ours any more: it may serve the next request. */
  const over = (): void => {
    if (isOver) return
    isOver = true
    streaming--
    clearTimeout(rest)
    socket.resume()
  }

  streaming++
  message.once('end', over)
  message.once('close', over)

  return new ReadableStream(
    {
      start(controller) {
        const swallow = (): void => {
          soon = undefined
          if (pieces.length === 0) return
          controller.enqueue(new Uint8Array(Buffer.concat(pieces)))
          pieces = []
        }
        const sip = (): void => {
          swallow()
          if (isOver) return
          const isBehind = (controller.desiredSize ?? 0) <= 0
          const gap = Math.min(LONGEST_GAP_MS, GAP_MS * (streaming - 1))
          if (gap <= 0 && !isBehind) return
          socket.pause()
          rest = setTimeout(() => {
            if ((controller.desiredSize ?? 0) > 0) socket.resume()
            else isHeld = true
          }, gap)
        }
        const fail = (cause: unknown): void => {
          clearImmediate(soon)
          over()
          try {
            swallow()
            controller.error(new TypeError('terminated', { cause }))
          } catch {
            // Cancelled before: nobody reads it any more.
          }
        }
        body.on('data', (piece: Buffer) => {
          pieces.push(piece)
          // The loop's next turn but one: what the kernel has come by meanwhile is there by then.
          soon ??= setImmediate(() => {
            soon = setImmediate(sip)
          })
        })
        body.once('end', () => {
          clearImmediate(soon)
          over()
          swallow()
          controller.close()
        })
        body.once('error', fail)
        message.once('error', fail)
        body.once('close', () => {
          if (!body.readableEnded) fail(new Error('the connection was closed'))
        })
      },
      pull() {
        if (!isHeld || isOver) return
        isHeld = false
        socket.resume()
      },
      cancel() {
        clearImmediate(soon)
        over()
        message.destroy()
        body.destroy()
      },
    },
    { highWaterMark: MOST_WAITING },
  )
}
