import { pieceBeyond } from './beyond.ts'
import type { Context } from './blocks.ts'
import { createCharacters } from './characters.ts'
import { createFrozen } from './frozen.ts'
import { isVisible, type Preview, preview } from './preview.ts'
import { createRoom, roomUnder, under } from './room.ts'
import { lastPiece, nextPiece, type Piece, type Ruler, START } from './splitter.ts'
import { setApart, setBelow } from './words.ts'

/**
 * The text of one answer, as messages. Full messages are frozen and never planned again, only the tail is, so that a
 * delta costs the same however long the answer has grown.
 */
export interface Writer {
  append(delta: string): void
  /** No more text comes. `mark`: words set below the answer, in a message of their own where they don't fit. */
  end(mark?: string): void
  /** How many messages there are now, invisible ones at the end left out. */
  count(): number
  /** How many of them will not change any more. */
  frozen(): number
  /** The Markdown of one message; '' when there is nothing to see in it. */
  part(index: number): string
  /** The beginning of `part` that stays, whatever text follows: all of it once the message is frozen. */
  stays(index: number): string
  /** How much of the text is shown up to the end of message `index`, in UTF-16 units. */
  reach(index: number): number
  /** The platform takes less than it declared, as in `Room`: everything from this message on is planned again. */
  shrink(index: number, limit: number): void
  /**
   * Ends message `index` at `offset` of the text, for it can be changed no more; what follows goes into the next
   * message, below `note`.
   */
  sever(index: number, offset: number, note: string): void
  /** What message `index` shows, up to `offset` of the text, can't be taken back any more: it is cut there or later. */
  hold(index: number, offset: number): void
  /** It can be taken back again. */
  release(index: number): void
  text(): string
  /** The same from `offset` on, which lies in no frozen message. */
  since(offset: number): string
  /** The words below it, once it has ended; '' without any. */
  mark(): string
}

export function createWriter(declared: Ruler): Writer {
  const room = createRoom(declared)
  const done = createFrozen()
  let tail = ''
  let context: Context = START
  let note = ''
  const characters = createCharacters()
  let ended = false
  let mark = ''
  /** The end of what is shown for good: before it nothing is cut. */
  let held = 0
  /** What the tail shows, until it changes. */
  let shown: Preview | null = null

  function append(delta: string): void {
    if (ended || delta === '') return
    tail += characters.of(delta)
    shown = null
  }

  /** Freezes what is full. */
  function settle(): void {
    for (;;) {
      const ruler = roomNow()
      const full = nextPiece(tail, context, ruler)
      const least = held - done.length()
      const next = least > 0 && (full || !ended) ? pieceBeyond(least, full, tail, context, ruler) : full
      if (!next) break
      freeze(next)
      tail = tail.slice(next.source.length)
    }
  }

  function freeze(piece: Piece): void {
    const markdown = under(note, piece.markdown)
    done.push({ ...piece, markdown, note })
    context = piece.after
    if (markdown !== '') note = ''
  }

  /** For the message that the tail begins with. */
  const roomNow = (): Ruler => roomUnder(note, room.of(done.count()))

  function end(words = ''): void {
    if (ended) return
    ended = true
    shown = null
    mark = words
    close()
  }

  function close(): void {
    settle()
    const last = lastPiece(tail, context, roomNow())
    if (isVisible(last.markdown)) {
      freeze(last)
      tail = ''
    }
    if (note !== '') setApart(done, note, room.of(done.count()))
    note = ''
    if (mark !== '') setBelow(done, mark, room.of(done.count() - 1))
  }

  /** Takes the messages from `index` on back into the tail. */
  function reopen(index: number): void {
    shown = null
    held = 0
    const again = done.takeBack(index)
    if (!again) return
    tail = again.source + tail
    context = again.before
    note = again.note
  }

  function hold(index: number, offset: number): void {
    if (index > done.count() || offset <= held) return
    held = offset
    if (index >= done.count() || done.reach(index) >= offset) return
    reopen(index)
    held = offset
  }

  function release(index: number): void {
    if (index >= done.count()) held = 0
  }

  function shrink(index: number, limit: number): void {
    room.shrink(index, limit)
    reopen(index)
    if (ended) close()
  }

  function sever(index: number, at: number, words: string): void {
    reopen(index)
    const source = tail.slice(0, Math.max(0, at - done.length()))
    freeze(lastPiece(source, context, roomNow()))
    tail = tail.slice(source.length)
    note = words
    shown = null
    if (ended) close()
  }

  function frozen(): number {
    tailShown()
    return done.count()
  }

  /** Settled and shown are worked out once for each change of the tail. */
  function tailShown(): Preview {
    if (shown) return shown
    if (!ended) settle()
    shown = preview(tail, context, roomNow())
    return shown
  }

  function part(index: number): string {
    const { markdown } = tailShown()
    const frozen = done.at(index)
    if (frozen) return isVisible(frozen.markdown) ? frozen.markdown : ''
    return index === done.count() ? under(note, markdown) : ''
  }

  function stays(index: number): string {
    const { stays } = tailShown()
    if (index < done.count()) return part(index)
    return index === done.count() ? under(note, stays) : ''
  }

  function reach(index: number): number {
    const { length } = tailShown()
    return index < done.count() ? done.reach(index) : done.length() + length
  }

  function count(): number {
    return tailShown().markdown === '' ? done.visible() : done.count() + 1
  }

  return {
    append,
    end,
    count,
    part,
    shrink,
    sever,
    stays,
    frozen,
    hold,
    release,
    reach,
    text: () => done.text() + tail,
    since: (offset) => tail.slice(offset - done.length()),
    mark: () => mark,
  }
}
