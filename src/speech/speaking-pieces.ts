import { isUnpaid } from '../policy/unpaid.ts'
import { ModelError } from '../ports/failure.ts'
import type { SoundFormat } from '../ports/media-tools.ts'
import type { SpeakRequest } from '../ports/model.ts'
import type { Folder } from '../ports/scratch.ts'
import type { SpeakHow, SpeakingDeps, VoiceSettings } from './speaking.ts'
import { Unspeakable } from './unspeakable.ts'
import { knownVoices, soundFormats } from './voices.ts'

/** Calls at once for one text: four long pieces come in the time of one, and others have their share of the limits. */
const atOnce = 4

/** Bytes of one piece: 4096 characters as slowly as can be asked for, as plain samples, take some 55 MB. */
const mostBytes = 96 * 1024 * 1024

export interface Pieces {
  readonly pieces: readonly string[]
  readonly voice: VoiceSettings
  readonly format: SoundFormat
  readonly folder: Folder
  /** Told of bytes before they are kept; throws where the disk has no room for them. */
  readonly take: (bytes: number) => void
}

/**
 * Speaks the pieces side by side into files, in their order. What fails, or is called off, ends all of it; what was
 * reached of it by then is paid for.
 */
export async function speakPieces(deps: SpeakingDeps, all: Pieces, how: SpeakHow): Promise<string[]> {
  const { buying, model, log } = deps
  const { pieces } = all
  const wares = { kind: 'speech' as const, characters: pieces.reduce((sum, { length }) => sum + length, 0) }
  const bought = await buying.open({ id: how.id, payer: how.payer, model, wares }, how.signal)
  if (bought.kind === 'refused') throw new Unspeakable('budget', bought.words, bought.retryAfterMs)

  let reached = 0
  const paths = new Map<number, string>()
  const failed = new AbortController()
  const signal = AbortSignal.any([how.signal, failed.signal])
  let next = 0
  const speakOn = async (): Promise<void> => {
    for (let index = next++; index < pieces.length; index = next++) {
      signal.throwIfAborted()
      const text = pieces[index] ?? ''
      paths.set(
        index,
        await speakPiece(
          deps,
          all,
          text,
          (characters) => {
            reached += characters
          },
          signal,
        ),
      )
    }
  }
  try {
    // All of them end before the folder goes.
    const side = Array.from({ length: Math.min(atOnce, pieces.length) }, () =>
      speakOn().catch((error: unknown) => {
        failed.abort(error)
        throw error
      }),
    )
    const ends = await Promise.allSettled(side)
    how.signal.throwIfAborted()
    if (ends.some(({ status }) => status === 'rejected')) throw failed.signal.reason
  } catch (error) {
    const made = { ...wares, characters: reached }
    const booking = reached === 0 ? bought.release() : bought.settle(null, model, made)
    await booking.catch((err: unknown) =>
      log.error({ err }, 'speech that was broken off could not be booked'),
    )
    throw error
  }
  await bought.settle(null)
  return pieces.map((_, index) => paths.get(index) ?? '')
}

async function speakPiece(
  { speaker, model }: SpeakingDeps,
  { voice, format, folder, take: takeRoom }: Pieces,
  text: string,
  reach: (characters: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { name, speed, instructions } = voice
  const request: SpeakRequest = {
    ...{ model, text, voice: name, format },
    ...(speed !== null && { speed }),
    ...(instructions !== null && { instructions }),
  }
  reach(text.length)
  const stream = await speaker.speak(request, signal).catch((error: unknown) => {
    if (isUnpaid(error)) reach(-text.length)
    throw named(error)
  })
  const path = folder.path('')
  let bytes = 0
  const take = (chunk: Uint8Array): void => {
    bytes += chunk.length
    if (bytes > mostBytes)
      throw new ModelError(
        'server',
        'The voice model sent far more sound than the text takes. Try another voice or format.',
      )
    takeRoom(chunk.length)
  }
  const size = await folder.write(path, stream, take, signal)
  if (size === 0)
    throw new ModelError('server', 'The voice model sent no sound. Try again, or another voice or format.')
  return path
}

/** A voice or a format that the provider doesn't have: says which there are. */
function named(error: unknown): unknown {
  if (!(error instanceof ModelError) || error.kind !== 'bad_request') return error
  const { requestId, retryAfterMs, status, server } = error
  const words = `${error.words} OpenAI's voices are ${knownVoices.join(', ')}; its formats ${soundFormats.join(', ')}.`
  return new ModelError('bad_request', words, { requestId, retryAfterMs, status, server, cause: error })
}
