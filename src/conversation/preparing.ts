import { routeFiles } from '../media/route.ts'
import type { FileRef } from '../ports/event.ts'
import type { ReplyRequest } from '../ports/model.ts'
import type { Platform } from '../ports/platform.ts'
import { cacheKey, personHash } from './keys.ts'
import type { Memory, StoredMessage } from './memory.ts'
import { buildMessages, imageTokens, type Seen } from './prompt.ts'
import type { Question } from './question.ts'
import type { Settings } from './settings.ts'
import { countTokens } from './tokens.ts'

/** Steps 5 and 6 of a message's way: attachments are read, memory is searched, the prompt is built. */
export interface Prepared {
  readonly request: ReplyRequest
  readonly promptTokens: number
}

export interface PreparingDeps {
  readonly memory: Memory
  readonly settings: Settings
  readonly windowTokens: number
}

/** Pictures of earlier messages that go along with a new question, newest first. */
const rememberedImages = 4

const nothing: Seen = { parts: [], skipped: [] }

export interface Preparation {
  /** Files that were left out, a sentence each, for the person. */
  readonly skipped: readonly string[]
  /** null: there is nothing to ask (no words, no readable file). */
  readonly prepared: Prepared | null
}

export async function prepare(
  deps: PreparingDeps,
  question: Question,
  platform: Platform,
  signal: AbortSignal,
): Promise<Preparation> {
  const see = async (files: readonly FileRef[]): Promise<Seen> =>
    files.length === 0 ? nothing : routeFiles(files, (file, bound) => platform.download(file, bound), signal)

  const { model, persona } = await deps.settings.of(question.place.conversation)
  const asked = await Promise.all(
    question.asked.map(async (one) => ({ asked: one, seen: await see(one.files) })),
  )
  const skipped = asked.flatMap(({ seen }) => seen.skipped)
  if (asked.every(({ asked: one, seen }) => isBlank(one) && seen.parts.length === 0)) {
    return { skipped, prepared: null }
  }

  const before = Math.min(...question.asked.map((one) => one.seq))
  const { conversation, head } = question
  const remembered = await deps.memory.window(conversation, head, before, deps.windowTokens)
  const window = await withPictures(remembered.messages, see)
  const own = await Promise.all([persona, ...question.asked.map((one) => one.text)].map(countTokens))
  const pictures = [...asked, ...window].flatMap(({ seen }) => seen.parts).length
  return {
    skipped,
    prepared: {
      request: {
        model,
        instructions: persona,
        messages: buildMessages(window, asked),
        parameters: {},
        person: personHash(question.place.conversation, question.by),
        cacheKey: cacheKey(conversation),
      },
      promptTokens: own.reduce((sum, tokens) => sum + tokens, remembered.tokens) + pictures * imageTokens,
    },
  }
}

/** Fetches the newest pictures of the window again; one that can't be had any more is simply missing from the past. */
async function withPictures(
  messages: readonly StoredMessage[],
  see: (files: readonly FileRef[]) => Promise<Seen>,
) {
  const files = messages.map((message) => message.files)
  let room = rememberedImages
  for (let i = files.length - 1; i >= 0; i--) {
    const kept = (files[i] ?? []).slice(0, room)
    files[i] = kept
    room -= kept.length
  }
  return Promise.all(
    messages.map(async (message, i) => ({
      message,
      seen: { parts: (await see(files[i] ?? [])).parts, skipped: [] },
    })),
  )
}

const isBlank = ({ text, quotes }: { text: string; quotes: readonly unknown[] }): boolean =>
  text.trim() === '' && quotes.length === 0
