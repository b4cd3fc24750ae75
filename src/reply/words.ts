import type { Frozen } from './frozen.ts'
import { isVisible } from './preview.ts'
import { type Ruler, split } from './splitter.ts'

/** Words that are no part of an answer, set behind its last message: in it where they fit, else in one of their own. */
export function setBelow(done: Frozen, words: string, ruler: Ruler): void {
  const last = done.at(done.count() - 1)?.markdown ?? ''
  const both = `${last}\n\n${words}`
  if (isVisible(last) && ruler.measure(both) <= ruler.limit) done.rewriteLast(both)
  else setApart(done, words, ruler)
}

export function setApart(done: Frozen, words: string, ruler: Ruler): void {
  for (const piece of split(words, ruler)) done.push({ ...piece, source: '', note: '' })
}
