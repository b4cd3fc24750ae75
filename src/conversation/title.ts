/** Characters. Discord's limit for a thread's name is 100. */
const longestTitle = 80

/** A thread's title from the words of the question: its first line, cut at a word. */
export function titleOf(text: string, longest = longestTitle): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line === '') return 'Question'
  if (line.length <= longest) return line
  const cut = line.slice(0, longest - 1)
  const space = cut.lastIndexOf(' ')
  return `${(space > longest / 2 ? cut.slice(0, space) : cut).trimEnd()}…`.toWellFormed()
}
