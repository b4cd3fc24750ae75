/** Windows has no process groups: there a process is ended alone. */
export const groups = process.platform !== 'win32'

/** Ends a process that leads its group, and all it started (ffmpeg). Throws where there is none any more. */
export function killGroup(pid: number): void {
  process.kill(groups ? -pid : pid, 'SIGKILL')
}
