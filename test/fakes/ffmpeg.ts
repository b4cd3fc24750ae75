import { spawnSync } from 'node:child_process'

/** Where the committed sounds lie. */
export const files = new URL('../files/', import.meta.url).pathname

/** Whether ffmpeg is on this machine: a user's may have none. */
export const ffmpegHere = spawnSync('ffmpeg', ['-version']).status === 0

/** What ffmpeg complains of when it decodes these files; '' = nothing. */
export function decodesHere(...paths: readonly string[]): string {
  const given = paths.flatMap((path) => ['-i', path])
  const decoded = paths.flatMap((_, index) => ['-map', `${index}`, '-f', 'null', '-'])
  const args = ['-nostdin', '-v', 'error', '-xerror', ...given, ...decoded]
  const { status, stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' })
  return status === 0 ? stderr : `${status}: ${stderr}`
}
