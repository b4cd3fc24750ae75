/** Characters: enough to tell what an error is about, few enough for every pattern that looks at it. */
const LONGEST = 4_000

/** The beginning of a provider's text, ending between two words: half a secret would not be known as one. */
export function excerpt(text: string): string {
  if (text.length <= LONGEST) return text
  let end = LONGEST
  while (end > 0 && /\S/.test(text.charAt(end))) end--
  return text.slice(0, end)
}
