import { lazy } from '../lazy.ts'
import type { Transcript } from '../ports/model.ts'

/** Seconds from the beginning. */
export interface Line {
  readonly from: number
  readonly to: number
  readonly text: string
}

export interface Span {
  /** Seconds from the beginning of the whole. */
  readonly from: number
  readonly seconds: number
}

/** The lines of one piece, by the model's own times where it tells them. */
export function linesOf(
  { text, segments }: Pick<Transcript, 'text' | 'segments'>,
  at: Span,
): readonly Line[] {
  if (segments === undefined || segments.length === 0) return estimated(text, at)
  const within = (seconds: number): number => at.from + Math.min(Math.max(0, seconds), at.seconds)
  return segments
    .map(({ from, to, text }) => ({ from: within(from), to: within(Math.max(from, to)), text: text.trim() }))
    .filter(({ text }) => text !== '')
}

const sentences = lazy(() => new Intl.Segmenter(undefined, { granularity: 'sentence' }))

/** Sentence by sentence, long ones in parts, as if all of it were spoken at one pace. */
export function estimated(text: string, { from, seconds }: Span): readonly Line[] {
  const whole = text.trim()
  if (whole === '') return []
  const moment = (index: number): number => from + (seconds * index) / whole.length
  const most = Math.min(longest, Math.max(shortest, Math.floor((whole.length * longestSeconds) / seconds)))
  let at = 0
  return [...sentences().segment(whole)]
    .flatMap(({ segment }) => parts(segment, most))
    .map((part) => {
      const begin = at
      at += part.length
      return { from: moment(begin), to: moment(at), text: part.trim().replaceAll(/\s+/g, ' ') }
    })
    .filter(({ text }) => text !== '')
}

/** What people can read at once: two lines of 42 characters, for some seconds, as the guidelines for subtitles have it. */
const longest = 84
const longestSeconds = 7
/** However slowly it is spoken, a word is not cut. */
const shortest = 12

/** A sentence in parts of about the same length, none longer than `most`: cut behind a clause where there is one near. */
function parts(sentence: string, most: number): readonly string[] {
  const found: string[] = []
  let rest = sentence
  for (let length = rest.trimEnd().length; length > most; length = rest.trimEnd().length) {
    const even = Math.ceil(length / Math.ceil(length / most))
    const cut = cutIn(rest, Math.min(most, Math.ceil(even * 1.2)), Math.floor(even / 2))
    found.push(rest.slice(0, cut))
    rest = rest.slice(cut)
  }
  return [...found, rest]
}

/** Behind the last clause, else the last word, else the last character that ends in this range. */
function cutIn(sentence: string, most: number, least: number): number {
  const room = sentence.slice(0, most + 1)
  const last = (pattern: RegExp): number =>
    [...room.matchAll(pattern)]
      .map(({ index, 0: found }) => index + found.length)
      .findLast((end) => end >= least && end <= most + 1) ?? 0
  return last(/[,;:–—]\s|[，、；：]/gu) || last(/\s/gu) || wholeCharacters(sentence, most)
}

const characters = lazy(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }))

function wholeCharacters(text: string, most: number): number {
  const next = characters()
    .segment(text.slice(0, most + 1))
    .containing(most)
  return next === undefined || next.index === 0 ? most : next.index
}
