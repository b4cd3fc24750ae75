/** What people read while the model uses a tool. */
export function toolWords(name: string): string {
  return known.get(name) ?? `Using ${plain(name)}…`
}

const known: ReadonlyMap<string, string> = new Map([
  ['web_search', 'Searching the web…'],
  ['file_search', 'Searching files…'],
  ['code_interpreter', 'Running code…'],
  ['image_generation', 'Painting…'],
])

const LONGEST = 40

/** Names come from servers. */
const plain = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST) || 'a tool'
