import type { Clock } from '../../../src/ports/clock.ts'
import type { MessageRef, Person, Place } from '../../../src/ports/event.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { Problem } from '../problem.ts'
import { type Address, addressAsDecided, addressOf, placeAsDecided, wordsOf } from './address.ts'
import type { Who, Writer } from './authors.ts'
import type { Board } from './board.ts'
import type { Draft } from './bodies.ts'
import type { Channels } from './channels.ts'
import type { Files } from './files.ts'
import { editOf, eventOf, fresh, nameOf } from './heard.ts'
import { type Hearing, person, quote } from './hearing.ts'
import { directWith, parley, refOf, type Stored } from './message.ts'
import type { MessageLog } from './message-log.ts'

/** What people write, change and take back; each is stored first, then put before the engine, then answered. */
export interface Chat {
  /** Saying the same id again says nothing new, and makes sure that the engine has it. */
  say(draft: Draft, by: Writer): Promise<{ readonly known: boolean; readonly message: Stored }>
  rewrite(ref: MessageRef, text: string, by: Who): Promise<Stored>
  withdraw(ref: MessageRef, by: Who): Promise<void>
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

/**
 * For so long an edit also makes sure that the engine has the question itself; after it the engine may have forgotten
 * that it had, and would answer anew. The inbox remembers for 7 days what it admitted.
 */
const doubtMs = 6 * 86_400_000

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

  async function write(draft: Draft, by: Writer): Promise<{ message: Stored; address: Address }> {
    await checkPlace(draft.channel, draft.thread, by.id)
    if (draft.text.trim() === '' && draft.files.length === 0)
      throw new Problem(400, 'The message is empty. Write something, or attach a file.')
    const ref = { channel: draft.channel, id: draft.id }
    if (await log.wasDeleted(ref)) throw new Problem(410, 'This message was deleted.')
    const written = fresh(draft, by, parts.clock.now())
    const message = { ...written, files: await files.attach(draft.files, ref, by.id) }
    const address = await addressOf(message, hearing.intake())
    const conversation = 'place' in address ? address.place.conversation.thread : null
    const stored: Stored = {
      ...message,
      conversation,
      privateTo: address.kind === 'mistake' ? by.id : null,
    }
    return { message: await board.post(stored), address }
  }

  async function put(message: Stored, address: Address, by: Person): Promise<void> {
    if (address.kind === 'chatter') return
    if (address.kind === 'mistake') return explain(message, address.words)
    const event = eventOf(message, address, by)
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
    const ref = explanationOf(refOf(about))
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

  async function own(ref: MessageRef, by: Who): Promise<Stored> {
    const message = there(await log.find(ref))
    if (message.author.id !== by.id) throw new Problem(403, 'Only its author can change a message.')
    return message
  }

  /** The question counts for whoever asks now, under the name it was written with. */
  const askerOf = (message: Stored, by: Who): Person => person({ ...by, name: message.author.name })

  /**
   * The engine first, the board last: when something fails in between, the old words still stand there, and trying
   * again mends it. Each try has a number of its own, so that the engine hears it.
   */
  async function rewriteQuestion(before: Stored, place: Place, text: string, by: Who): Promise<Stored> {
    const ref = refOf(before)
    const now = parts.clock.now()
    const asker = askerOf(before, by)
    if (now - before.at < doubtMs) await put(before, await addressAsDecided(before, hearing.intake()), asker)
    const tried = there(await log.update(ref, (message) => ({ ...message, edits: message.edits + 1 })))
    const words = wordsOf({ ...tried, text }, hearing.intake())
    await hearing.admit(editOf(tried, place, asker, words, now))
    return there(await board.change(ref, (message) => ({ ...message, text, editedAt: now })))
  }

  /** What was not for Parley before may be now; then it is a question like a new one. */
  async function rewriteChatter(before: Stored, text: string, by: Who): Promise<Stored> {
    const address = await addressOf({ ...before, text }, hearing.intake())
    const after = there(
      await board.change(refOf(before), (message) => ({
        ...message,
        text,
        edits: message.edits + 1,
        editedAt: parts.clock.now(),
        conversation: 'place' in address ? address.place.conversation.thread : null,
        privateTo: address.kind === 'mistake' ? before.author.id : null,
      })),
    )
    await put(after, address, askerOf(after, by))
    return after
  }

  async function withdraw(ref: MessageRef, by: Who): Promise<void> {
    const message = await own(ref, by)
    const place = placeAsDecided(message)
    if (place)
      await hearing.admit({
        kind: 'delete',
        id: `delete:${nameOf(message)}`,
        at: parts.clock.now(),
        place,
        by: askerOf(message, by),
        message: ref,
      })
    await board.remove(ref)
    await board.remove(explanationOf(ref))
    await files.remove(message.files.map((file) => file.id))
  }

  return {
    checkPlace,
    say: (draft, by) =>
      inTurn(JSON.stringify([draft.channel, draft.id]), async () => {
        const known = await log.find({ channel: draft.channel, id: draft.id })
        if (known && known.author.id !== by.id)
          throw new Problem(409, 'There is another message with this id.')
        const { message, address } = known
          ? { message: known, address: await addressAsDecided(known, hearing.intake()) }
          : await write(draft, by)
        await put(message, address, person(by))
        return { known: known !== null, message }
      }),
    rewrite: (ref, text, by) =>
      inTurn(JSON.stringify([ref.channel, ref.id]), async () => {
        const before = await own(ref, by)
        if (text.trim() === '' && before.files.length === 0)
          throw new Problem(400, 'The message is empty. Write something, or delete it.')
        const place = placeAsDecided(before)
        return place ? rewriteQuestion(before, place, text, by) : rewriteChatter(before, text, by)
      }),
    withdraw: (ref, by) => inTurn(JSON.stringify([ref.channel, ref.id]), () => withdraw(ref, by)),
  }
}

/** Where the author alone is told what was wrong with a command. */
const explanationOf = (ref: MessageRef): MessageRef => ({ channel: ref.channel, id: `re-${ref.id}` })

function there(message: Stored | null): Stored {
  if (message) return message
  throw new Problem(404, 'This message is not here any more.')
}
