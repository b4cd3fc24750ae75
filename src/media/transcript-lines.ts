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

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' })

/** Sentence by sentence, as if all of it were spoken at one pace. */
export function estimated(text: string, { from, seconds }: Span): readonly Line[] {
  const whole = text.trim()
  if (whole === '') return []
  const moment = (index: number): number => from + (seconds * index) / whole.length
  return [...sentences.segment(whole)]
    .map(({ segment, index }) => ({
      from: moment(index),
      to: moment(index + segment.length),
      text: segment.trim().replaceAll(/\s+/g, ' '),
    }))
    .filter(({ text }) => text !== '')
}
