import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'

/**
 * Milliseconds between two sips of one answer: their number squared, by this. The more answers stream, the fewer calls
 * each of them gets to show its words, and the less it matters when they are read: 20 are read 500 times a second, all
 * of them together, and 45 or more 5 times a second each. One alone is read as it comes.
 */
const GAP_MS = 0.1
/** Nobody of so many sees that words are later by this. */
const LONGEST_GAP_MS = 200
/** Sips that wait for a reader that does not come. */
const MOST_WAITING = 8
/** A reader that has not come by then has forgotten it: the connection is closed. */
const UNREAD_MS = 300_000

let streaming = 0

/**
 * A response's body whose socket is read now and then, and then all that has come: the words of a model arrive one by
 * one, and each would cost a wake-up, a system call and its own way through all layers. `body` is what the message
 * becomes, unzipped say. Errors as fetch's body does: a `TypeError` `terminated`; so it does where nobody reads for
 * `unreadMs`.
 */
export function sips(
  message: IncomingMessage,
  body: Readable,
  unreadMs = UNREAD_MS,
): ReadableStream<Uint8Array<ArrayBuffer>> {
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

  /** What comes after it is read by nobody. */
  const drop = (): void => {
    message.destroy()
    body.destroy()
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
          controller.enqueue(joined(pieces))
          pieces = []
        }
        const sip = (): void => {
          swallow()
          if (isOver) return
          const isBehind = (controller.desiredSize ?? 0) <= 0
          const gap = Math.min(LONGEST_GAP_MS, GAP_MS * (streaming ** 2 - 1))
          if (gap <= 0 && !isBehind) return
          socket.pause()
          rest = setTimeout(() => {
            if ((controller.desiredSize ?? 0) > 0) socket.resume()
            else hold()
          }, gap)
        }
        const hold = (): void => {
          isHeld = true
          rest = setTimeout(() => fail(new Error('Nobody read the answer')), unreadMs)
        }
        const fail = (cause: unknown): void => {
          clearImmediate(soon)
          over()
          drop()
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
        clearTimeout(rest)
        socket.resume()
      },
      cancel() {
        clearImmediate(soon)
        over()
        drop()
      },
    },
    { highWaterMark: MOST_WAITING },
  )
}

/** Mostly one, and then as it is: a Buffer of the socket's own, whatever its type says of shared memory. */
function joined(pieces: readonly Buffer[]): Uint8Array<ArrayBuffer> {
  const [first] = pieces
  return (pieces.length === 1 && first ? first : Buffer.concat(pieces)) as Uint8Array<ArrayBuffer>
}
