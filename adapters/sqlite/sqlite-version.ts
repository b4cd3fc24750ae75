/**
 * Below these a checkpoint that races with a write can lose pages (the WAL-reset bug, https://sqlite.org/wal.html):
 * fixed in 3.51.3 and, on the older branches, in 3.50.7 and 3.44.6.
 */
export function hasWalResetBug(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
  if (major !== 3) return major < 3
  if (minor > 51) return false
  if (minor === 51) return patch < 3
  if (minor === 50) return patch < 7
  if (minor === 44) return patch < 6
  return true
}
