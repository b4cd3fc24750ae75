import { readFileSync, writeFileSync } from 'node:fs'
import { thisBoot } from './process-identity.ts'

/**
 * A file beside the database that names the boot of the machine in which its -shm file was made. Not synced: a mark
 * that is lost or old only costs a witness.
 */
const markOf = (path: string): string => `${path}-boot`

/** Whether the database was last opened since the machine booted. False where a boot can't be told from another. */
export function sameBoot(path: string): boolean {
  const boot = thisBoot()
  return boot !== null && read(markOf(path)) === boot
}

/** To be called once SQLite has made a -shm file of its own: before, there may be one of an earlier boot. */
export function markBoot(path: string): void {
  const boot = thisBoot()
  if (boot === null || sameBoot(path)) return
  try {
    writeFileSync(markOf(path), boot, { mode: 0o600 })
  } catch {
    // A full disk must not keep the database from opening: what is left of the mark names no boot.
    return
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
