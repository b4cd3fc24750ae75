import { createTurnstile } from '../../../src/conversation/turnstile.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { MessageRef } from '../../../src/ports/event.ts'
import { Problem } from '../problem.ts'
import { type Address, addressAsDecided, addressOf, placeAsDecided, wordsOf } from './address.ts'
import type { Board } from './board.ts'
import type { Draft, Rewrite } from './bodies.ts'
import type { Channels } from './channels.ts'
import type { Files } from './files.ts'
import { editOf, eventOf, fresh, nameOf } from './heard.ts'
import { type Hearing, person, quote } from './hearing.ts'
import { directWith, parley, type Stored } from './message.ts'
import type { MessageLog } from './message-log.ts'

/** What people write, change and take back; each is stored first, then put before the engine, then answered. */
export interface Chat {
  /** Saying the same id again says nothing new, and makes sure that the engine has it. */
  say(draft: Draft): Promise<{ readonly known: boolean; readonly message: Stored }>
  rewrite(ref: MessageRef, change: Rewrite): Promise<Stored>
  withdraw(ref: MessageRef, author: string): Promise<void>
  /** Rejects with a `Problem` when the channel or thread is not there, or is another person's. */
  checkPlace(channel: string, thread: string | null, author: string): Promise<void>
}

export interface ChatParts {
  readonly log: MessageLog
  readonly board: Board
  readonly channels: Channels
  readonly files: Files
  readonly hearing: Hearing
  readonly clock: Clock
}

export function createChat(parts: ChatParts): Chat {
  const { log, board, files, hearing } = parts
  const inTurn = createTurnstile()

  async function checkPlace(channel: string, thread: string | null, author: string): Promise<void> {
    const owner = directWith(channel)
    if (owner !== null && owner !== author) throw new Problem(403, "This is another person's direct channel.")
    if (!(await parts.channels.exists(channel))) throw new Problem(404, `There is no channel ${channel}.`)
    if (thread === null) return
    const root = { channel, id: thread }
    const head = await log.find(root)
    if (head ? head.thread !== null : !(await log.threadIsOpen(root)))
      throw new Problem(404, 'There is no such thread. Its first message may have been deleted.')
  }

  async function write(draft: Draft): Promise<{ message: Stored; address: Address }> {
    await checkPlace(draft.channel, draft.thread, draft.author.id)
    if (draft.text.trim() === '' && draft.files.length === 0)
      throw new Problem(400, 'The message is empty. Write something, or attach a file.')
    const ref = { channel: draft.channel, id: draft.id }
    if (await log.wasDeleted(ref)) throw new Problem(410, 'This message was deleted.')
    const written = fresh(draft, parts.clock.now())
    const message = { ...written, files: await files.attach(draft.files, ref) }
    const address = await addressOf(message, hearing.intake())
    const conversation = 'place' in address ? address.place.conversation.thread : null
    const stored: Stored = {
      ...message,
      conversation,
      privateTo: address.kind === 'mistake' ? draft.author.id : null,
    }
    return { message: await board.post(stored), address }
  }

  async function put(message: Stored, address: Address): Promise<void> {
    if (address.kind === 'chatter') return
    if (address.kind === 'mistake') return explain(message, address.words)
    const event = eventOf(message, address)
    await hearing.admit(
      event.kind === 'message' && address.kind === 'question' && !address.followed
        ? { ...event, quotes: await starter(message) }
        : event,
    )
  }

  /** A thread that Parley enters only now was about something: its first message. */
  async function starter(message: Stored) {
    const root = message.thread && (await log.find({ channel: message.channel, id: message.thread }))
    return root ? [quote(root)] : []
  }

  async function explain(about: Stored, words: string): Promise<void> {
    const ref = { channel: about.channel, id: `re-${about.id}` }
    if ((await log.find(ref)) || (await log.wasDeleted(ref))) return
    await board.post({
      ...about,
      ...ref,
      replies: 0,
      author: parley,
      text: words,
      state: 'done',
      files: [],
      privateTo: about.author.id,
    })
  }

  async function own(ref: MessageRef, author: string): Promise<Stored> {
    const message = await log.find(ref)
    if (!message) throw new Problem(404, 'This message is not here any more.')
    if (message.author.id !== author) throw new Problem(403, 'Only its author can change a message.')
    return message
  }

  return {
    checkPlace,
    say: (draft) =>
      inTurn(JSON.stringify([draft.channel, draft.id]), async () => {
        const known = await log.find({ channel: draft.channel, id: draft.id })
        if (known && known.author.id !== draft.author.id)
          throw new Problem(409, 'There is another message with this id.')
        const { message, address } = known
          ? { message: known, address: await addressAsDecided(known, hearing.intake()) }
          : await write(draft)
        await put(message, address)
        return { known: known !== null, message }
      }),

    rewrite: (ref, change) =>
      inTurn(JSON.stringify([ref.channel, ref.id]), async () => {
        const before = await own(ref, change.author.id)
        if (change.text.trim() === '' && before.files.length === 0)
          throw new Problem(400, 'The message is empty. Write something, or delete it.')
        const edited = { ...before, text: change.text, edits: before.edits + 1 }
        const address: Address =
          before.conversation === null ? await addressOf(edited, hearing.intake()) : { kind: 'chatter' }
        const place = placeAsDecided(before)
        const after = await board.change(ref, (message) => ({
          ...message,
          text: change.text,
          edits: edited.edits,
          editedAt: parts.clock.now(),
          conversation: 'place' in address ? address.place.conversation.thread : before.conversation,
          privateTo: address.kind === 'mistake' ? before.author.id : null,
        }))
        if (!after) throw new Problem(404, 'This message is not here any more.')
        if (place)
          await hearing.admit(editOf(after, place, wordsOf(after, hearing.intake()), parts.clock.now()))
        else await put(after, address)
        return after
      }),

    withdraw: (ref, author) =>
      inTurn(JSON.stringify([ref.channel, ref.id]), async () => {
        const message = await own(ref, author)
        const place = placeAsDecided(message)
        if (place)
          await hearing.admit({
            kind: 'delete',
            id: `delete:${nameOf(message)}`,
            at: parts.clock.now(),
            place,
            by: person(message.author),
            message: ref,
          })
        await board.remove(ref)
        await files.remove(message.files.map((file) => file.id))
      }),
  }
}
