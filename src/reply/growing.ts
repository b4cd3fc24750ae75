import type { Clock } from '../ports/clock.ts'
import type { Way } from '../ports/platform.ts'
import { createAlarm } from './alarm.ts'
import { goodEnd, wordEnd } from './ends.ts'
import type { Answer, Shows } from './plan.ts'
import type { Slot, Stream } from './slots.ts'

/** The messages of one answer that grow by a stream, from which nothing can be taken back. */
export interface Growing {
  /** What a call is about to show stays where it is, whatever becomes of the call. */
  extend(call: Shows, way: Way | null, reach: number): void
  /** How the message stands after the call; undefined when it is no stream (any more). */
  streamOf(
    call: Shows,
    before: Slot,
    grown: { readonly reach: number; readonly way: Way | null },
  ): Stream | undefined
  /**
   * Ends messages whose time is over, and lets the text go on in the next. The call that ends one may still add to it:
   * it ends where the text comes to a good end soon, or with the next word, else at what it shows.
   */
  expire(): void
  /** Ends one that takes no more text at what it shows. False when it shows nothing by a stream, or could not be ended. */
  tooLong(index: number): boolean
  /** From now on it is edited. */
  over(index: number): void
  close(): void
}

/** For so much of its time a good end is waited for, and as long again for a word's. */
const GRACE = 0.04
/** Whether a sentence has ended shows in so many characters before. */
const BEFORE = 4

export function createGrowing(options: {
  readonly clock: Clock
  /** Milliseconds a message can grow; absent = any time. */
  readonly limitMs: number | undefined
  readonly answer: Pick<Answer, 'writer' | 'slots' | 'state'>
  /** The time of one is over: `expire` is to be called. */
  expired(): void
}): Growing {
  const { clock, limitMs = Number.POSITIVE_INFINITY, answer } = options
  const { writer, slots } = answer
  const alarm = createAlarm(clock, options.expired)
  /** The message that grows, and since when. */
  let newest: { readonly index: number; readonly until: number } | null = null
  const graceMs = limitMs * GRACE

  function streamAt(index: number): Stream | undefined {
    const slot = slots.get(index)
    return slot.kind === 'shown' ? slot.stream : undefined
  }

  function extend(call: Shows, way: Way | null, reach: number): void {
    const starts = call.kind === 'send' && way === 'stream'
    if (starts) newest = { index: call.index, until: clock.elapsed() + limitMs }
    if ((starts || streamAt(call.index)) && call.part.state === 'writing') writer.hold(call.index, reach)
  }

  const streamOf: Growing['streamOf'] = (call, before, { reach, way }) => {
    if (call.part.state !== 'writing') return undefined
    if (call.kind === 'edit')
      return before.kind === 'shown' && before.stream ? { ...before.stream, reach } : undefined
    if (way !== 'stream' || newest?.index !== call.index) return undefined
    alarm.set(newest.until)
    return { reach, until: newest.until }
  }

  function expire(): void {
    if (!newest || newest.until > clock.elapsed() || answer.state !== 'writing') return
    const { index, until } = newest
    const stream = streamAt(index)
    // A full one comes to a good end anyway.
    if (stream && writer.frozen() <= index) {
      const end = endOf(index, stream.reach, until)
      if (end === null) return
      writer.sever(index, end, '')
    }
    newest = null
  }

  /** Null while a better end may still come. */
  function endOf(index: number, reach: number, until: number): number | null {
    const lateMs = clock.elapsed() - until
    const start = Math.max(index === 0 ? 0 : writer.reach(index - 1), reach - BEFORE)
    const text = writer.since(start)
    const good = goodEnd(text, reach - start)
    if (good !== null) return start + good
    if (lateMs < graceMs) return later(until + graceMs)
    const word = wordEnd(text, reach - start)
    if (word !== null) return start + word
    return lateMs < 2 * graceMs ? later(until + 2 * graceMs) : reach
  }

  function later(at: number): null {
    alarm.set(at)
    return null
  }

  function tooLong(index: number): boolean {
    const stream = streamAt(index)
    if (!stream) return false
    // Nothing to leave out: only another way is left.
    if (writer.reach(index) <= stream.reach) over(index)
    else writer.sever(index, stream.reach, '')
    return true
  }

  function over(index: number): void {
    const slot = slots.get(index)
    if (slot.kind !== 'shown') return
    const { stream: _, ...rest } = slot
    slots.set(index, rest)
    writer.release(index)
  }

  return {
    extend,
    streamOf,
    expire,
    tooLong,
    over,
    close: () => alarm.set(Number.POSITIVE_INFINITY),
  }
}
