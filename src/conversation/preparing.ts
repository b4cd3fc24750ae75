import { createAllowance } from '../media/allowance.ts'
import type { Hold } from '../media/room.ts'
import { claimedBytes, crowdedOut, routeFiles } from '../media/route.ts'
import type { Clock } from '../ports/clock.ts'
import type { FileRef } from '../ports/event.ts'
import type { ReplyRequest } from '../ports/model.ts'
import type { Platform } from '../ports/platform.ts'
import { type ContextDeps, roomFor } from './context.ts'
import { countRequest, imageTokens } from './counting.ts'
import { cacheKey, personHash } from './keys.ts'
import type { Memory, StoredMessage } from './memory.ts'
import { hasSomethingToSee } from './plain-words.ts'
import { buildMessages, type Seen } from './prompt.ts'
import type { Question } from './question.ts'
import type { Settings } from './settings.ts'

/** Steps 5 and 6 of a message's way: attachments are read, memory is searched, the prompt is built. */
export interface Prepared {
  readonly request: ReplyRequest
  readonly promptTokens: number
}

export interface PreparingDeps extends ContextDeps {
  readonly memory: Memory
  readonly settings: Settings
  readonly clock: Clock
  readonly windowTokens: number
}

/** Pictures of earlier messages that go along with a new question, newest first. */
const rememberedImages = 4

/** Milliseconds for a file of the question. */
const askedMs = 30_000

/** Milliseconds for a picture of an earlier message, whose link may be dead: each later turn would wait for it. */
const rememberedMs = 5_000

const nothing: Seen = { parts: [], skipped: [] }

export interface Preparation {
  /** Files that were left out, a sentence each, for the person. */
  readonly skipped: readonly string[]
  /** null: there is nothing to ask (no words, no readable file). */
  readonly prepared: Prepared | null
}

/** `hold`: what the prepared request's pictures take up; the caller leaves it when the request is over. */
export async function prepare(
  deps: PreparingDeps,
  question: Question,
  platform: Platform,
  hold: Hold,
  signal: AbortSignal,
): Promise<Preparation> {
  const allowance = createAllowance(hold)
  const see = async (files: readonly FileRef[], limit: number): Promise<Seen> => {
    if (files.length === 0) return nothing
    const download: Platform['download'] = (file, bound) => platform.download(file, bound)
    return routeFiles(files, { download, allowance, clock: deps.clock, limit, signal })
  }

  const { model, persona } = await deps.settings.of(question.place.conversation)
  const files = question.asked.flatMap((one) => one.files)
  const fits = files.length === 0 || (await hold.wait(claimedBytes(files), signal))
  const asked = await Promise.all(
    question.asked.map(async (one) => ({
      asked: one,
      seen: fits ? await see(one.files, askedMs) : crowdedOut(one.files),
    })),
  )
  hold.keep(allowance.taken())
  const skipped = asked.flatMap(({ seen }) => seen.skipped)
  if (asked.every(({ asked: one, seen }) => isBlank(one) && seen.parts.length === 0)) {
    return { skipped, prepared: null }
  }

  const { conversation, head } = question
  const request = (window: Parameters<typeof buildMessages>[0], named = false): ReplyRequest => ({
    model,
    instructions: persona,
    messages: buildMessages(window, asked, named),
    parameters: {},
    person: personHash(question.place.conversation, question.by),
    cacheKey: cacheKey(conversation),
  })
  // What was said before gives way to the question, never the other way round; with others in it, names are added.
  const room = (await roomFor(deps, model)) - (await countRequest(request([], true)))
  const before = Math.min(...question.asked.map((one) => one.seq))
  const most = Math.max(0, Math.min(deps.windowTokens, room))
  const remembered = await deps.memory.window(conversation, head, before, most)
  const pictures = Math.min(rememberedImages, Math.floor((room - remembered.tokens) / imageTokens))
  const window = await withPictures(remembered.messages, Math.max(0, pictures), (files) =>
    see(files, rememberedMs),
  )
  const whole = request(window)
  return { skipped, prepared: { request: whole, promptTokens: await countRequest(whole) } }
}

/** Fetches the newest pictures of the window again; one that can't be had any more is simply missing from the past. */
async function withPictures(
  messages: readonly StoredMessage[],
  most: number,
  see: (files: readonly FileRef[]) => Promise<Seen>,
) {
  const files = messages.map((message) => message.files)
  let room = most
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
  !hasSomethingToSee(text) && quotes.length === 0
