import type { Clock } from '../../../src/ports/clock.ts'
import type { MessageRef, Place } from '../../../src/ports/event.ts'
import { DownloadError } from '../../../src/ports/failure.ts'
import type { Outcome } from '../../../src/ports/outcome.ts'
import type { Part, Platform, SendOptions } from '../../../src/ports/platform.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { answer, idOf, shown, threadOf } from './answer-message.ts'
import type { Board } from './board.ts'
import type { Changes } from './changes.ts'
import type { Channels } from './channels.ts'
import { usage } from './command-line.ts'
import { type Files, fileBytes, filesPerMessage } from './files.ts'
import type { Hearing } from './hearing.ts'
import { createMadeFiles } from './made-files.ts'
import { type Attachment, directWith } from './message.ts'
import type { MessageLog } from './message-log.ts'

const limits = { message: 4_000, filesPerMessage, fileBytes, messagesPerAnswer: null }
/** As often as a reader's eye wants it; the pages could take more. */
const callsPerSecond = 20

export interface PlatformParts {
  readonly log: MessageLog
  readonly board: Board
  readonly channels: Channels
  readonly changes: Changes
  readonly files: Files
  readonly hearing: Hearing
  readonly clock: Clock
  readonly warn: (words: string, error: unknown) => void
}

/** The playground as the engine sees it. */
export function createWebPlatform(parts: PlatformParts): Platform {
  const { log, board, files, hearing } = parts
  const inTurn = createTurnstile()
  const made = createMadeFiles(files)
  const over = new AbortController()

  let sweeping = Promise.resolve()

  async function sweepHourly(): Promise<void> {
    while (!over.signal.aborted) {
      await files.sweep().catch((error: unknown) => parts.warn('old files could not be deleted', error))
      await parts.clock.sleep(3_600_000, over.signal).catch(() => undefined)
    }
  }

  async function send(place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    if (how.signal.aborted) return { kind: 'not_sent', cause: how.signal.reason }
    if (tooLong(part)) return { kind: 'too_long' }
    const { channel } = place.conversation
    const ref = { channel, id: idOf(how.nonce) }
    return inTurn(keyOf(ref), () =>
      reported(async () => {
        if (await log.find(ref)) return { kind: 'sent', ref }
        const thread = threadOf(place)
        if (!(await reachable(channel, thread))) return { kind: 'gone' }
        if (await log.wasDeleted(ref)) return { kind: 'gone' }
        const kept = await made.keep(part.file, ref)
        if ('why' in kept) return { kind: 'no_file', why: kept.why }
        const whole = answer(place, part, ref, how.privateTo ?? null, parts.clock.now())
        await board.post({ ...whole, files: kept.files })
        return { kind: 'sent', ref }
      }),
    )
  }

  async function reachable(channel: string, thread: string | null): Promise<boolean> {
    if (!(await parts.channels.exists(channel))) return false
    if (thread === null) return true
    const root = { channel, id: thread }
    return (await log.find(root))?.thread === null || log.threadIsOpen(root)
  }

  async function edit(_place: Place, at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    if (tooLong(part)) return { kind: 'too_long' }
    // In the order of the calls: one that was given up must not show its text after a later one's.
    return inTurn(keyOf(at), () =>
      reported(async () => {
        const before = await log.find(at)
        if (!before) return { kind: 'gone' }
        if (!before.author.bot) return notMine
        const kept = await made.keep(part.file, at, before.files)
        if ('why' in kept) return { kind: 'no_file', why: kept.why }
        // What is only seen and not stored would name a file that a restart finds deleted.
        const isSame = kept.files === before.files
        const show = part.state === 'writing' && isSame ? board.preview : board.change
        const after = await show(at, (message) => ({ ...message, ...shown(part), files: kept.files }))
        const unused: readonly Attachment[] = isSame ? [] : after ? before.files : kept.files
        await files.remove(unused.map(({ id }) => id))
        return after ? { kind: 'sent', ref: at } : { kind: 'gone' }
      }),
    )
  }

  return {
    name: 'web',
    usage,
    limits,
    can: { edit: true, threads: true, buttons: true, private: 'everywhere', changesFiles: true },
    start: async (intake) => {
      sweeping = sweepHourly()
      // There is no menu of messages here.
      const commands = intake.commands.filter(({ menuOnly }) => !menuOnly)
      hearing.listen({ ...intake, commands })
    },
    stop: async () => {
      over.abort()
      await Promise.all([hearing.stop(), sweeping])
    },
    measure: (markdown) => markdown.length,
    budget: ({ conversation: { channel, thread } }) => [
      { bucket: `web:${channel}:${thread}`, limit: callsPerSecond, windowMs: 1_000 },
    ],
    openPlace: async (place) => {
      if (!place.root) return { kind: 'open', place }
      try {
        if (!(await log.find(place.root)) && !(await log.threadIsOpen(place.root)))
          return { kind: 'forbidden', why: 'the message was deleted' }
        await log.openThread(place.root)
        return { kind: 'open', place: { ...place, root: null } }
      } catch (cause) {
        return { kind: 'failed', cause }
      }
    },
    send,
    edit,
    remove: (_place, at) =>
      reported(async () => {
        const message = await log.find(at)
        if (!message) return { kind: 'gone' }
        if (!message.author.bot) return notMine
        await board.remove(at)
        await files.remove(message.files.map(({ id }) => id))
        return { kind: 'sent', ref: at }
      }),
    show: async (place, activity) => {
      const { channel } = place.conversation
      const thread = threadOf(place)
      parts.changes.publish({
        subject: JSON.stringify(['activity', channel, thread]),
        event: 'activity',
        data: { channel, thread, activity },
        only: directWith(channel),
      })
      return { kind: 'done' }
    },
    download: async (file, signal) => {
      signal.throwIfAborted()
      const stream = await files.read(file.id)
      if (!stream) throw new DownloadError('it is not here any more: attach it again')
      return stream
    },
    find: async ({ nonce }, place) => {
      const ref = { channel: place.conversation.channel, id: idOf(nonce) }
      return (await log.find(ref)) ? ref : null
    },
  }
}

const notMine: Outcome = { kind: 'forbidden', why: 'the message is not one of mine' }

const tooLong = (part: Part): boolean => part.markdown.length > limits.message

const keyOf = (ref: MessageRef): string => JSON.stringify([ref.channel, ref.id])

/** Nothing was sent when the store failed before it answered; whether it stored the write, only `find` can say. */
async function reported(call: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await call()
  } catch (cause) {
    return { kind: 'unknown', cause }
  }
}
