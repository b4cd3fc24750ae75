import { lazy } from '../lazy.ts'
import { hasSomethingToSee, plainWords } from './plain-words.ts'

/** UTF-16 units. Discord's limit for a thread's name is 100. */
const longestTitle = 80
/** More than a title is never read; a spoiler that ends behind it counts as one all the same. */
const longestRead = 2_000

const characters = lazy(() => new Intl.Segmenter())

/** A thread's title from the words of the question: plain, on one line, cut at a word, never within a character. */
export function titleOf(text: string, longest = longestTitle): string {
  const isLong = text.length > longestRead
  const line = plainWords(isLong ? `${text.slice(0, longestRead)}||` : text)
  if (!hasSomethingToSee(line)) return 'Question'
  if (line.length <= longest) return line.toWellFormed()
  let cut = ''
  for (const { segment } of characters().segment(line)) {
    if (cut.length + segment.length >= longest) break
    cut += segment
  }
  const space = cut.lastIndexOf(' ')
  return `${(space > longest / 2 ? cut.slice(0, space) : cut).trimEnd()}…`.toWellFormed()
}
