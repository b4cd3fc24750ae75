import { MediaError } from '../ports/failure.ts'
import type { SoundFacts, SoundFormat } from '../ports/media-tools.ts'
import type { Folder } from '../ports/scratch.ts'
import type { About, Kept } from '../ports/shelf.ts'
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
  const { scratch, shelf, log } = deps
  const { text, voice, key } = making
  const format: SoundFormat = making.as === 'voice' ? 'opus' : making.as
  const pieces = piecesOf(text, longestPiece)
  const folder = await scratch.open()
  try {
    const paths = await speakPieces(deps, { pieces, voice, format, folder }, how)
    const { path, about } = await joined(deps, { paths, format, folder, making }, how.signal)
    const content = await folder.blob(path, about.type)
    const kept = await shelf.put(key, content, about)
    log.debug({ pieces: pieces.length, bytes: kept.size, seconds: about.seconds }, 'a text was read aloud')
    return kept
  } finally {
    await folder.close()
  }
}

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

const endings: Readonly<Record<string, string>> = {
  'audio/mpeg': '.mp3',
  'audio/ogg': '.ogg',
  'audio/webm': '.webm',
  'audio/aac': '.aac',
  'audio/mp4': '.m4a',
  'audio/flac': '.flac',
  'audio/wav': '.wav',
}

/** The bytes decide: a server may send another format than was asked for. */
const endingOf = ({ type }: SoundFacts, asked: SoundFormat): string => endings[type] ?? `.${asked}`

const shortened = (text: string): string => {
  const line = text.replaceAll('\n', ' ')
  return line.length <= longestDescription ? line : `${line.slice(0, longestDescription).toWellFormed()}…`
}
