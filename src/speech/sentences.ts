import { lazy } from '../lazy.ts'

const sentences = lazy(() => new Intl.Segmenter(undefined, { granularity: 'sentence' }))
const words = lazy(() => new Intl.Segmenter(undefined, { granularity: 'word' }))
const characters = lazy(() => new Intl.Segmenter(undefined, { granularity: 'grapheme' }))

/**
 * What a text takes of a call's limit. Models that count tokens besides characters (gpt-4o-mini-tts: 2000 of them) take
 * about one for each character of most scripts but Latin, Greek and Cyrillic, of whose text one covers several.
 */
export function weightOf(text: string): number {
  let weight = 0
  for (let index = 0; index < text.length; index++) weight += text.charCodeAt(index) < 0x530 ? 1 : 2
  return weight
}

/** Cuts a text at the ends of sentences into pieces of about the same length, none heavier than `most`. Without empty ones. */
export function piecesOf(text: string, most: number): string[] {
  const whole = text.trim()
  const weight = weightOf(whole)
  if (weight <= most) return whole === '' ? [] : [whole]
  return gathered(whole, most, weight / Math.ceil(weight / most))
}

/** The beginning of a text that is no heavier than `most`, up to the end of a sentence where there is one. */
export const beginningOf = (text: string, most: number): string => gathered(text.trim(), most, most)[0] ?? ''

/** Sentences in order, as many together as reach `enough` and stay within `most`. */
function gathered(text: string, most: number, enough: number): string[] {
  const pieces: string[] = []
  let piece = ''
  let weight = 0
  const close = (): void => {
    if (piece.trim() !== '') pieces.push(piece.trim())
    piece = ''
    weight = 0
  }
  for (const unit of unitsOf(text, most)) {
    const more = weightOf(unit)
    if (weight + more > most || weight >= enough) close()
    piece += unit
    weight += more
  }
  close()
  return pieces
}

/** Sentences; words of one that is too heavy, and characters of such a word. */
function* unitsOf(text: string, most: number): Iterable<string> {
  for (const sentence of segmentsOf(sentences(), text)) {
    if (weightOf(sentence) <= most) yield sentence
    else
      for (const word of wordsOf(sentence, most)) {
        if (weightOf(word) <= most) yield word
        else yield* charactersOf(word, most)
      }
  }
}

/** Words with the signs that follow them: no piece begins with a comma. */
function* wordsOf(sentence: string, most: number): Iterable<string> {
  let word = ''
  for (const { segment, isWordLike } of words().segment(sentence)) {
    const begins = isWordLike || /^\s/.test(segment)
    if (begins || weightOf(word) + weightOf(segment) > most) {
      if (word !== '') yield word
      word = ''
    }
    word += segment
  }
  if (word !== '') yield word
}

/** A character may be made of any number of marks: code points are the last resort. */
function* charactersOf(word: string, most: number): Iterable<string> {
  for (const character of segmentsOf(characters(), word)) {
    if (weightOf(character) <= most) yield character
    else yield* character
  }
}

function* segmentsOf(segmenter: Intl.Segmenter, text: string): Iterable<string> {
  for (const { segment } of segmenter.segment(text)) yield segment
}
