import { spawnSync } from 'node:child_process'

/** Where the committed sounds lie. */
export const files = new URL('../files/', import.meta.url).pathname

/** Whether ffmpeg is on this machine: a user's may have none. */
export const ffmpegHere = spawnSync('ffmpeg', ['-version']).status === 0

/** What ffmpeg complains of when it decodes a file; '' = nothing. */
export function decodesHere(path: string): string {
  const args = ['-nostdin', '-v', 'error', '-xerror', '-i', path, '-f', 'null', '-']
  const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' })
  return status === 0 ? stderr : `${status}: ${stderr}`
}
