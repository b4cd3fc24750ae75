import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { readBytePairs } from './byte-pairs.ts'

interface Encoding {
  count(text: string): number
}

/** Two REST bodies' worth of text; what is longer is estimated from its beginning. */
const mostCounted = 2_000_000

/** A run without a space costs its length squared to tokenize: 400,000 letters take 37 s. Cut, it costs one token more. */
const longestRun = 128

/** Some 5 ms of the event loop; then others may go first. */
const pieceLength = 16_384

let loading: Promise<Encoding> | null = null

/** Loads the tokenizer: some 100 ms of the event loop and 5 MB, so at the first text and not at the start. */
export async function preload(): Promise<void> {
  await encoding()
}

/**
 * Tokens of `text` in o200k_base, the encoding of OpenAI's models since gpt-4o; at most 1 % too many where runs
 * without a space are long. Names of special tokens are plain text.
 */
export async function countTokens(text: string): Promise<number> {
  if (text === '') return 0
  const { count } = await encoding()
  const head = text.slice(0, mostCounted)
  let counted = 0
  let sincePause = 0
  for (const piece of pieces(head.toWellFormed())) {
    counted += count(piece)
    sincePause += piece.length
    if (sincePause < pieceLength) continue
    sincePause = 0
    await setImmediate()
  }
  return Math.ceil((counted * text.length) / head.length)
}

/** Cuts before spaces, as the encoding does, and in runs that are too long. */
function* pieces(text: string): Generator<string> {
  let start = 0
  let run = 0
  let inBlank = false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const blank = code <= 32
    run = blank === inBlank ? run + 1 : 1
    const long = i - start >= pieceLength && blank && run === 1
    const tail = code >= 0xdc00 && code <= 0xdfff
    inBlank = blank
    if (i > start && !tail && (long || run > longestRun)) {
      yield text.slice(start, i)
      start = i
      run = 1
    }
  }
  yield text.slice(start)
}

function encoding(): Promise<Encoding> {
  loading ??= load().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

/** The package's own list and pattern, without its strings in a Map. */
async function load(): Promise<Encoding> {
  const [list, { O200K_TOKEN_SPLIT_REGEX }] = await Promise.all([
    readFile(new URL(import.meta.resolve('gpt-tokenizer/data/o200k_base.tiktoken'))),
    import('gpt-tokenizer/encodingParams/constants'),
  ])
  const pairs = readBytePairs(list)
  return {
    count(text) {
      let tokens = 0
      for (const [word] of text.matchAll(O200K_TOKEN_SPLIT_REGEX)) tokens += pairs.count(word)
      return tokens
    },
  }
}
