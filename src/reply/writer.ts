import { pieceBeyond } from './beyond.ts'
import type { Context } from './blocks.ts'
import { createFrozen } from './frozen.ts'
import { isVisible, type Preview, preview } from './preview.ts'
import { lastPiece, nextPiece, type Piece, type Ruler, START, split } from './splitter.ts'

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
  /** The platform takes less than it declared: everything from this message on is planned again. */
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
  /** The words below it, once it has ended; '' without any. */
  mark(): string
}

export function createWriter(options: Ruler): Writer {
  let ruler = options
  const done = createFrozen()
  let tail = ''
  let context: Context = START
  let note = ''
  let half = ''
  let ended = false
  let mark = ''
  /** The end of what is shown for good: before it nothing is cut. */
  let held = 0
  /** What the tail shows, until it changes. */
  let shown: Preview | null = null

  function append(delta: string): void {
    if (ended || delta === '') return
    const text = half + delta
    half = endsInHalfPair(text) ? text.slice(-1) : ''
    tail += half === '' ? text : text.slice(0, -1)
    shown = null
  }

  /** Freezes what is full. */
  function settle(): void {
    for (;;) {
      const ruler = roomUnderNote()
      const full = nextPiece(tail, context, ruler)
      const least = held - done.length()
      const next = least > 0 && (full || !ended) ? pieceBeyond(least, full, tail, context, ruler) : full
      if (!next) break
      freeze(next)
      tail = tail.slice(next.source.length)
    }
  }

  function freeze(piece: Piece): void {
    const markdown = underNote(piece.markdown)
    done.push({ ...piece, markdown, note })
    context = piece.after
    if (markdown !== '') note = ''
  }

  function roomUnderNote(): Ruler {
    if (note === '') return ruler
    return { limit: ruler.limit, measure: (markdown) => ruler.measure(underNote(markdown)) }
  }

  function underNote(markdown: string): string {
    return note === '' || markdown === '' ? markdown : `${note}\n\n${markdown}`
  }

  function end(words = ''): void {
    if (ended) return
    ended = true
    shown = null
    mark = words
    close()
  }

  function close(): void {
    settle()
    const last = lastPiece(tail, context, roomUnderNote())
    if (isVisible(last.markdown)) {
      freeze(last)
      tail = ''
    }
    const left = note
    note = ''
    if (left !== '') apart(left)
    if (mark !== '') below(mark)
  }

  function below(words: string): void {
    const last = done.at(done.count() - 1)?.markdown ?? ''
    const both = `${last}\n\n${words}`
    if (isVisible(last) && ruler.measure(both) <= ruler.limit) done.rewriteLast(both)
    else apart(words)
  }

  function apart(words: string): void {
    for (const piece of split(words, ruler)) done.push({ ...piece, source: '', note: '' })
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
    ruler = { ...ruler, limit: Math.max(1, limit) }
    reopen(index)
    if (ended) close()
  }

  function sever(index: number, at: number, words: string): void {
    reopen(index)
    const source = tail.slice(0, Math.max(0, at - done.length()))
    freeze(lastPiece(source, context, roomUnderNote()))
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
    shown = preview(tail, context, roomUnderNote())
    return shown
  }

  function part(index: number): string {
    const { markdown } = tailShown()
    const frozen = done.at(index)
    if (frozen) return isVisible(frozen.markdown) ? frozen.markdown : ''
    return index === done.count() ? underNote(markdown) : ''
  }

  function stays(index: number): string {
    const { stays } = tailShown()
    if (index < done.count()) return part(index)
    return index === done.count() ? underNote(stays) : ''
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
    mark: () => mark,
  }
}

/** A delta may end between the two units of a character; alone, the first one is no text. */
function endsInHalfPair(text: string): boolean {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff
}
