import type { FileState } from './states.ts'
import type { World } from './world.ts'

export interface FakeFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** Media type; by default by the name's ending. */
  readonly type?: string
  /** 'slack_audio' for an audio clip, 'slack_video' for one with a picture. */
  readonly subtype?: string
  /** Seconds, of a clip. */
  readonly seconds?: number
  /** Slack's own transcript: all of it, its beginning, or none yet. */
  readonly transcript?: string | { readonly begins: string } | 'processing'
  /** Slack Connect: the event only names it, files.info tells the rest. */
  readonly checkInfo?: boolean
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  txt: 'text/plain',
  md: 'text/markdown',
  pdf: 'application/pdf',
  html: 'text/html',
  csv: 'text/csv',
  json: 'application/json',
  m4a: 'audio/mp4',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  ogg: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  aac: 'audio/aac',
  webp: 'image/webp',
  mp4: 'video/mp4',
}

/** Slack goes by the ending first. */
export const typeByName = (name: string): string =>
  TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'

function transcriptOf({ transcript }: FakeFile): FileState['transcript'] {
  if (transcript === undefined) return null
  if (transcript === 'processing') return transcript
  return typeof transcript === 'string'
    ? { text: transcript, more: false }
    : { text: transcript.begins, more: true }
}

export function newFile(
  world: World,
  file: FakeFile,
  team: string,
  user: string,
  channel: string | null,
): FileState {
  const state: FileState = {
    id: world.id('F'),
    name: file.name,
    type: file.type ?? typeByName(file.name),
    bytes: file.bytes,
    team,
    user,
    createdAt: world.now(),
    subtype: file.subtype ?? null,
    transcript: transcriptOf(file),
    durationMs: file.seconds === undefined ? null : Math.round(file.seconds * 1_000),
    alt: null,
    checkInfo: file.checkInfo ?? false,
    channels: new Set(channel === null ? [] : [channel]),
    title: file.name,
  }
  world.files.set(state.id, state)
  return state
}
