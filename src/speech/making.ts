import { soundEnding } from '../media/sound-endings.ts'
import { MediaError, ModelError } from '../ports/failure.ts'
import type { SoundFacts, SoundFormat } from '../ports/media-tools.ts'
import type { Folder } from '../ports/scratch.ts'
import type { About, Kept } from '../ports/shelf.ts'
import { spokenBytes } from './file-size.ts'
import { piecesOf } from './sentences.ts'
import type { SpeakHow, SpeakingDeps, SpeakWish } from './speaking.ts'
import { speakPieces } from './speaking-pieces.ts'

/** Characters of one call (OpenAI's limit). */
const longestPiece = 4096

/** What a file says of itself, for those who can't hear it: so many characters of its words. */
const longestDescription = 500

export interface Making extends SpeakWish {
  /** As a voice says it. */
  readonly text: string
  /** On the shelf. */
  readonly key: string
}

/** Has a text spoken, piece by piece and side by side, joins it, and puts it on the shelf. */
export async function makeSound(deps: SpeakingDeps, making: Making, how: SpeakHow): Promise<Kept> {
  const { scratch, disk, shelf, log } = deps
  const { text, voice, key } = making
  const format: SoundFormat = making.as === 'voice' ? 'opus' : making.as
  const pieces = piecesOf(text, longestPiece)
  const hold = disk.enter()
  let folder: Folder | null = null
  try {
    // Before anything is paid for.
    if (!hold.take(copies * spokenBytes(format, { text, speed: voice.speed }))) throw crowded()
    folder = await scratch.open()
    let bytes = 0
    const take = (count: number): void => {
      bytes += count
      if (!hold.reach(copies * bytes)) throw crowded()
    }
    const paths = await speakPieces(deps, { pieces, voice, format, folder, take }, how)
    const { path, about } = await joined(deps, { paths, format, folder, making }, how.signal)
    const content = await folder.blob(path, about.type)
    const kept = await shelf.put(key, content, about)
    log.debug({ pieces: pieces.length, bytes: kept.size, seconds: about.seconds }, 'a text was read aloud')
    return kept
  } finally {
    await folder?.close()
    hold.leave()
  }
}

/** What is spoken lies on disk in pieces, joined, and made into a voice message. */
const copies = 3

const crowded = (): ModelError =>
  new ModelError('rate', 'Too much is being read aloud just now. Try again in a moment.')

interface Joining {
  readonly paths: readonly string[]
  readonly format: SoundFormat
  readonly folder: Folder
  readonly making: Making
}

async function joined(
  { tools, log }: SpeakingDeps,
  { paths, format, folder, making }: Joining,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly about: About }> {
  const path = folder.path('')
  const facts = await tools.join(paths, format, path, signal)
  const description = `Read aloud: ${shortened(making.text)}`
  if (making.as === 'voice') {
    const to = folder.path('.ogg')
    try {
      const { seconds, waveform } = await tools.voiceMessage(path, to, signal)
      const name = 'voice-message.ogg'
      const wave = Buffer.from(waveform).toString('base64')
      return {
        path: to,
        about: { kind: 'sound', name, type: 'audio/ogg', description, seconds, waveform: wave },
      }
    } catch (error) {
      if (!(error instanceof MediaError) || error.kind !== 'unsupported') throw error
      log.warn({ type: facts.type }, 'no voice message can be made of what the model sent: it goes as a file')
    }
  }
  const name = `speech${endingOf(facts, format)}`
  return { path, about: { kind: 'sound', name, type: facts.type, description, seconds: facts.seconds } }
}

/** The bytes decide: a server may send another format than was asked for. */
const endingOf = ({ type }: SoundFacts, asked: SoundFormat): string => soundEnding(type) ?? `.${asked}`

const shortened = (text: string): string => {
  const line = text.replaceAll('\n', ' ')
  return line.length <= longestDescription ? line : `${line.slice(0, longestDescription).toWellFormed()}…`
}
