import { pictureUnits } from '../media/file-parts.ts'
import { linksIn } from '../media/image-links.ts'
import type { FileRead, Reader, Reading } from '../media/reader.ts'
import { saysSound } from '../media/sniff.ts'
import type { FileRef } from '../ports/event.ts'
import type { ReplyRequest } from '../ports/model.ts'
import type { Platform } from '../ports/platform.ts'
import { aboveAnswer } from './above-answer.ts'
import { type ContextDeps, roomFor } from './context.ts'
import { countParts, countRequest } from './counting.ts'
import { cacheKey, personHash } from './keys.ts'
import type { Memory } from './memory.ts'
import { withFiles, withoutFiles } from './past-files.ts'
import { payerOf } from './payer.ts'
import { hasSomethingToSee } from './plain-words.ts'
import { buildMessages, type Seen, seenIn } from './prompt.ts'
import type { Asked, Question } from './question.ts'
import type { Settings } from './settings.ts'

/** Steps 5 and 6 of a message's way: attachments are read, memory is searched, the prompt is built. */
export interface Prepared {
  readonly request: ReplyRequest
  readonly promptTokens: number
}

export interface PreparingDeps extends ContextDeps {
  readonly memory: Memory
  readonly settings: Settings
  readonly reader: Reader
  readonly windowTokens: number
  /** Hosts from which pictures are fetched whose links stand in a question. Absent = none. */
  readonly imageLinks?: readonly string[]
}

/** What became of the question's files, for memory and buttons. Plain data. */
export interface AskedFiles {
  /** Something was said in them. */
  readonly heard: boolean
  /** What they take in a prompt, by the number of the message. */
  readonly tokens: Readonly<Record<number, number>>
}

export interface Preparation {
  /** Said to the person before the answer: transcripts, what was left out, and why. Markdown; '' = nothing. */
  readonly above: string
  /** A file was left out: another time it may be had. */
  readonly missed: boolean
  readonly files: AskedFiles
  /** null: there is nothing to ask (no words, no readable file). */
  readonly prepared: Prepared | null
  /** Frees what the prepared request's files take up: to be called when the request is over. */
  close(): Promise<void>
}

/** UTF-16 units of text that a token holds, at first; where that was too much, it is cut once more. */
const unitsPerToken = 4
const mostCuts = 4

/** Tokens of the past in which names are looked for, to be expected in what is said. */
const namesTokens = 2_000

export async function prepare(
  deps: PreparingDeps,
  question: Question,
  platform: Platform,
  signal: AbortSignal,
  payer = payerOf(question),
): Promise<Preparation> {
  const { conversation } = question.place
  const reading = deps.reader.enter({
    download: (file, bound) => platform.download(file, bound),
    platform: conversation.platform,
    workspace: conversation.workspace,
    payer,
    vocabulary: await vocabularyOf(deps, question),
    signal,
  })
  try {
    return { ...(await read(deps, question, reading)), close: () => reading.close() }
  } catch (error) {
    await reading.close()
    throw error
  }
}

async function read(
  deps: PreparingDeps,
  question: Question,
  reading: Reading,
): Promise<Omit<Preparation, 'close'>> {
  const { conversation, head } = question
  const { model, persona } = await deps.settings.of(question.place.conversation)
  const request = (
    window: Parameters<typeof buildMessages>[0],
    asked: Parameters<typeof buildMessages>[1],
    named = false,
  ): ReplyRequest => ({
    model,
    instructions: persona,
    messages: buildMessages(window, asked, named),
    parameters: {},
    person: personHash(question.place.conversation, question.by),
    cacheKey: cacheKey(conversation),
  })

  // What was said before gives way to the question, never the other way round; with others in it, names are added.
  const room = await roomFor(deps, model)
  const brought = question.asked.map((one) => ({
    asked: one,
    files: [...one.files, ...linksIn(one.text, deps.imageLinks ?? [])],
  }))
  const { asked, reads, tokens } = await readAsked(brought, reading, room, async (seen) =>
    countRequest(request([], seen, true)),
  )
  const files = await filesOf(asked)
  const found = {
    above: aboveAnswer(reads),
    missed: reads.some(({ kind }) => kind === 'skipped'),
    files: { ...files, heard: reads.some((one) => one.kind === 'read' && one.heard !== null) },
  }
  if (asked.every(({ asked: one, seen }) => isBlank(one) && seen.parts.length === 0)) {
    return { ...found, prepared: null }
  }

  const before = Math.min(...question.asked.map((one) => one.seq))
  const most = Math.max(0, Math.min(deps.windowTokens, room - tokens))
  const remembered = await deps.memory.window(conversation, head, before, most)
  const past = await withFiles(remembered.messages, reading, deps.imageLinks ?? [])
  const whole = request(past, asked)
  const promptTokens = await countRequest(whole)
  if (promptTokens <= room) return { ...found, prepared: { request: whole, promptTokens } }
  // Its files turned out larger than they were: the words of the past are worth more.
  const words = request(withoutFiles(remembered.messages), asked)
  return { ...found, prepared: { request: words, promptTokens: await countRequest(words) } }
}

/** Reads the question's files, cutting their text until all of it fits into `room`, in tokens. */
async function readAsked(
  brought: readonly { readonly asked: Asked; readonly files: readonly FileRef[] }[],
  reading: Reading,
  room: number,
  count: (asked: readonly { readonly asked: Asked; readonly seen: Seen }[]) => Promise<number>,
) {
  const files = brought.flatMap((one) => one.files)
  const bare = brought.map(({ asked }) => ({ asked, seen: seenIn([]) }))
  const words = await count(bare)
  if (files.length === 0) return { asked: bare, reads: [], tokens: words }
  const left = Math.max(0, room - words)
  let longest = left * unitsPerToken
  for (let cuts = 0; ; cuts++) {
    const reads = await reading.read(files, 'asked', longest)
    const asked = brought.map((one) => ({
      asked: one.asked,
      seen: seenIn(reads.filter(({ file }) => one.files.includes(file))),
    }))
    const tokens = await count(asked)
    if (tokens <= room || cuts === mostCuts) return { asked, reads, tokens }
    longest = Math.floor(Math.min(longest, lengthOf(reads)) * Math.min(0.9, left / (tokens - words)))
  }
}

const lengthOf = (reads: readonly FileRead[]): number =>
  reads
    .flatMap((one) => (one.kind === 'read' ? one.parts : []))
    .reduce((sum, part) => sum + (part.kind === 'text' ? part.text.length : pictureUnits), 0)

async function filesOf(asked: readonly { readonly asked: Asked; readonly seen: Seen }[]) {
  const counts = await Promise.all(
    asked.map(async ({ asked: one, seen }) => [one.seq, await countParts(seen.parts)] as const),
  )
  return { tokens: Object.fromEntries(counts) }
}

/** Names that may be said in a recording. */
async function vocabularyOf(
  { memory }: PreparingDeps,
  { conversation, head, asked }: Question,
): Promise<string | undefined> {
  if (!asked.some(({ files }) => files.some(saysSound))) return undefined
  const before = Math.min(...asked.map(({ seq }) => seq))
  const { messages } = await memory.window(conversation, head, before, namesTokens)
  const people = [...messages.flatMap(({ by }) => by ?? []), ...asked.map(({ by }) => by)]
  return [...new Set(people.map(({ name }) => name))].join(', ')
}

const isBlank = ({ text, quotes }: { text: string; quotes: readonly unknown[] }): boolean =>
  !hasSomethingToSee(text) && quotes.length === 0
