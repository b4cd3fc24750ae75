import { MediaError } from '../ports/failure.ts'
import type { MediaTools, SoundFacts } from '../ports/media-tools.ts'
import type { Folder } from '../ports/scratch.ts'
import { soundEndings } from './sound-endings.ts'

/** What goes to a transcribing model in one request. */
export interface Sendable {
  readonly path: string
  readonly type: string
  /** With the dot. Providers tell the container by it. */
  readonly ending: string
  /** Seconds from the beginning of the whole. */
  readonly from: number
  readonly seconds: number
}

const { 'audio/aac': _, 'audio/pcm': __, ...taken } = soundEndings

/** Containers that OpenAI's transcription takes, by type and by what else that type is called, with the ending that says so. */
const endings: ReadonlyMap<string, string> = new Map([
  ...Object.entries(taken),
  ['audio/mp3', '.mp3'],
  ['audio/m4a', '.m4a'],
  ['audio/x-m4a', '.m4a'],
  ['video/mp4', '.mp4'],
  ['video/mpeg', '.mpeg'],
  ['audio/wave', '.wav'],
  ['audio/x-wav', '.wav'],
  ['audio/vnd.wave', '.wav'],
  ['video/webm', '.webm'],
  ['audio/opus', '.ogg'],
  ['video/ogg', '.ogg'],
  ['application/ogg', '.ogg'],
  ['audio/x-flac', '.flac'],
])

/** Codecs that are put into pieces as they are. */
const cuttable: ReadonlySet<string> = new Set(['opus', 'vorbis', 'mp3', 'aac', 'flac', 'pcm'])

/** Whether nothing of it has to be decoded on the way to a model. */
export const isKeptAsItIs = ({ type, codec }: SoundFacts): boolean =>
  endingOf(type) !== null && cuttable.has(codec)

const takenEndings: ReadonlySet<string> = new Set([...endings.values(), '.mpga'])

/** Bytes. OpenAI takes 25 MB a request, which the fields beside the sound are part of. */
const mostAsIs = 25_000_000
const mostOfPiece = 24_000_000

/** Bytes. Above it the pictures of a film would mostly be sent for nothing. */
const mostOfFilm = 4_000_000

/** Each piece is a request: should a sound be longer than it was said to be, it still doesn't become hundreds. */
const leastSeconds = 10 * 60

export interface Cutting {
  readonly tools: Pick<MediaTools, 'pieces' | 'convert'>
  readonly folder: Folder
  readonly signal: AbortSignal
}

/** The file byte for byte where a model takes it so; else cut. `longest`: seconds of one piece; absent = any. */
export async function sendable(
  path: string,
  facts: SoundFacts,
  { tools, folder, signal }: Cutting,
  longest?: number,
): Promise<readonly Sendable[]> {
  const ending = endingOf(facts.type)
  const isSmall = facts.size <= (facts.hasPictures ? mostOfFilm : mostAsIs)
  if (longest === undefined && ending !== null && isSmall)
    return [{ path, type: facts.type, ending, from: 0, seconds: facts.seconds }]
  const wish = {
    path: (end: string) => folder.path(end),
    most: mostOfPiece,
    // By size alone.
    longest: longest ?? Math.max(leastSeconds, Math.ceil(facts.seconds) + 1),
  }
  const pieces = await tools.pieces(path, wish, signal)
  if (pieces.length === 0) throw new MediaError('broken', 'no sound could be read from it.')
  const taken = pieces.map((piece) => takenForm(piece, { tools, folder, signal }))
  return (await Promise.all(taken)).toSorted((a, b) => a.from - b.from)
}

/** A piece may be the file itself: its own container, which models need not take. */
async function takenForm(piece: Sendable, { tools, folder, signal }: Cutting): Promise<Sendable> {
  if (takenEndings.has(piece.ending)) return piece
  const path = folder.path('.ogg')
  await tools.convert(piece.path, 'opus', path, signal)
  return { ...piece, path, type: 'audio/ogg', ending: '.ogg' }
}

const endingOf = (type: string): string | null =>
  endings.get(type.split(';', 1)[0]?.trim().toLowerCase() ?? '') ?? null

/** The sender's name for the file, with the ending that fits its bytes; `part` counts from 1. */
export function nameToSend(name: string, ending: string, part: number | null): string {
  const stem = name
    .replaceAll(/[^\p{L}\p{N}._ -]/gu, '_')
    .replace(/\.[^.]*$/, '')
    .trim()
    .slice(0, 60)
    .toWellFormed()
  return `${stem || 'sound'}${part === null ? '' : `-${part}`}${ending}`
}
