import type { FileState } from './states.ts'
import type { World } from './world.ts'

export interface FakeFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** Media type; by default by the name's ending. */
  readonly type?: string
  /** 'slack_audio' for an audio clip. */
  readonly subtype?: string
  /** Slack's own transcript. */
  readonly transcript?: string
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
  mp4: 'video/mp4',
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
    type: file.type ?? TYPES[file.name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
    bytes: file.bytes,
    team,
    user,
    createdAt: world.now(),
    subtype: file.subtype ?? null,
    transcript: file.transcript ?? null,
    checkInfo: file.checkInfo ?? false,
    channels: new Set(channel === null ? [] : [channel]),
    title: file.name,
  }
  world.files.set(state.id, state)
  return state
}
