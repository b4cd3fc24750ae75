import type { Logger } from 'pino'
import { MediaError } from '../ports/failure.ts'
import type { MediaTools, SoundFormat } from '../ports/media-tools.ts'
import type { Scratch } from '../ports/scratch.ts'
import type { About, Kept, Shelf } from '../ports/shelf.ts'

export interface PlainSoundDeps {
  readonly tools: Pick<MediaTools, 'convert' | 'ffmpeg'>
  readonly scratch: Scratch
  readonly shelf: Shelf
  readonly log: Logger
}

/**
 * A voice message that lies on the shelf, as an ordinary file: it was paid for already. null: there is no ffmpeg, which
 * that format takes.
 */
export async function plainSound(
  { tools, scratch, shelf, log }: PlainSoundDeps,
  kept: Kept,
  format: SoundFormat,
  signal: AbortSignal,
): Promise<Kept | null> {
  const ogg = { ...kept, about: aboutOf(kept.about, 'speech.ogg', kept.about.type) }
  // What a voice message is made of.
  if (format === 'opus') return ogg
  if ((await tools.ffmpeg()) === null) return null
  const key = `${kept.key}:${format}`
  const before = await shelf.take(key)
  if (before !== null) return before
  const folder = await scratch.open()
  try {
    const [path, to] = [folder.path('.ogg'), folder.path(`.${format}`)]
    await folder.write(path, kept.body.stream(), () => undefined, signal)
    const { type } = await tools.convert(path, format, to, signal)
    const about = aboutOf(kept.about, `speech.${format}`, type)
    return await shelf.put(key, await folder.blob(to, type), about)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof MediaError)) throw error
    log.warn({ err: error, format }, 'a voice message could not be converted: it goes as it is')
    return ogg
  } finally {
    await folder.close()
  }
}

const aboutOf = ({ waveform: _, ...about }: About, name: string, type: string): About => ({
  ...about,
  name,
  type,
})
