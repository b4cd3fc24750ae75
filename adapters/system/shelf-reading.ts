import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { isOurs, labelName, readLabel, stemOf, type Used } from './shelf-label.ts'

const unreadNote = 'a label on the shelf can’t be read just now: it is left alone until the next start'

/** What lies on the shelf in `dir`, which is made where there is none; what was used last comes last. Deletes what a crash left. */
export async function readShelf(dir: string, log: Logger): Promise<Used[]> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const names = await readdir(dir)
  const unread = new Set<string>()
  const reading = names
    .filter((name) => name.endsWith('.json'))
    .map((name) =>
      readLabel(dir, name).catch((error: unknown) => {
        log.warn({ err: error }, unreadNote)
        unread.add(stemOf(name))
        return null
      }),
    )
  const found = (await Promise.all(reading)).filter((item) => item !== null)
  const known = new Set(found.flatMap(({ key, file }) => [file, labelName(key)]))
  const isNobodys = (name: string): boolean => isOurs(name) && !known.has(name) && !unread.has(stemOf(name))
  for (const name of names) if (isNobodys(name)) await rm(join(dir, name), { force: true })
  return found.toSorted((a, b) => a.usedAt - b.usedAt)
}
