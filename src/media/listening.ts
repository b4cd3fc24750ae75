import { isUnpaid } from '../policy/unpaid.ts'
import type { Transcriber, Transcript, Usage } from '../ports/model.ts'
import type { Folder } from '../ports/scratch.ts'
import { nameToSend, type Sendable } from './send-form.ts'
import { type Line, linesOf } from './transcript-lines.ts'

/** All pieces of one recording, in words. */
export interface Listened {
  readonly text: string
  readonly language: string | null
  readonly lines: readonly Line[]
  /** null where the provider reported none, or not for every piece. */
  readonly usage: Usage | null
}

export interface ListeningHow {
  readonly transcriber: Transcriber
  readonly model: string
  readonly folder: Folder
  /** As the sender named the file. */
  readonly name: string
  readonly language: string | undefined
  readonly vocabulary: string | undefined
  readonly signal: AbortSignal
  /**
   * Told of each piece as its request goes out, in seconds: it has to be paid for, whatever becomes of it, and of the
   * others. Less than nothing: it surely cost nothing.
   */
  sent(seconds: number): void
}

/** Requests at once for one recording. */
const sideBySide = 3

/** OpenAI refuses what is shorter. Nobody says anything in it. */
const shortestSeconds = 0.1

/** Pieces of one recording, side by side and joined in order. The first that fails ends the others, and all. */
export async function listen(pieces: readonly Sendable[], how: ListeningHow): Promise<Listened> {
  const failed = new AbortController()
  const signal = AbortSignal.any([how.signal, failed.signal])
  const transcripts: (Transcript | null)[] = pieces.map(() => null)
  const waiting = pieces.entries()

  const worker = async (): Promise<void> => {
    for (const [i, piece] of waiting) {
      if (piece.seconds < shortestSeconds) continue
      signal.throwIfAborted()
      transcripts[i] = await ask(piece, pieces.length === 1 ? null : i + 1, { ...how, signal })
    }
  }
  const workers = Array.from({ length: Math.min(sideBySide, pieces.length) }, worker)
  try {
    await Promise.all(workers)
  } catch (error) {
    failed.abort(error)
    // Their files lie in the caller's folder, which may be gone the moment this rejects.
    await Promise.allSettled(workers)
    throw error
  }
  return joined(pieces, transcripts)
}

async function ask(piece: Sendable, part: number | null, how: ListeningHow): Promise<Transcript> {
  const { transcriber, model, folder, language, vocabulary, signal } = how
  const sound = await folder.blob(piece.path, piece.type)
  signal.throwIfAborted()
  how.sent(piece.seconds)
  try {
    return await transcriber.transcribe(
      {
        model,
        sound,
        name: nameToSend(how.name, piece.ending, part),
        type: piece.type,
        ...(language !== undefined && { language }),
        ...(vocabulary !== undefined && vocabulary !== '' && { vocabulary }),
      },
      signal,
    )
  } catch (error) {
    if (isUnpaid(error)) how.sent(-piece.seconds)
    throw error
  }
}

function joined(pieces: readonly Sendable[], transcripts: readonly (Transcript | null)[]): Listened {
  const spoken = transcripts.flatMap((one) => (one === null ? [] : [one]))
  return {
    // They were cut where it was quiet.
    text: spoken
      .map(({ text }) => text.trim())
      .filter((text) => text !== '')
      .join('\n\n'),
    language: spoken.find(({ text, language }) => language !== null && text.trim() !== '')?.language ?? null,
    lines: pieces.flatMap((piece, i) => linesOf(transcripts[i] ?? { text: '' }, piece)),
    usage: sum(spoken.map(({ usage }) => usage)),
  }
}

function sum(usages: readonly (Usage | null)[]): Usage | null {
  const told = usages.filter((usage) => usage !== null)
  if (told.length === 0 || told.length < usages.length) return null
  const total = (of: (usage: Usage) => number): number => told.reduce((all, usage) => all + of(usage), 0)
  return {
    inputTokens: total(({ inputTokens }) => inputTokens),
    cachedTokens: total(({ cachedTokens }) => cachedTokens),
    outputTokens: total(({ outputTokens }) => outputTokens),
    reasoningTokens: total(({ reasoningTokens }) => reasoningTokens),
    exact: told.every(({ exact }) => exact),
  }
}
