import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import { createMediaTools } from '../../adapters/media/media-tools.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { DocumentRead, DocumentWish, PictureRead, PictureWish } from '../../src/ports/media-tools.ts'

/** The real tools in their real process, and a folder for what they are given; both end with the file's tests. */
export interface MediaChildDesk {
  file(bytes: string | Uint8Array): string
  picture(bytes: Uint8Array, type: string, wish?: Partial<PictureWish>): Promise<PictureRead>
  document(
    kind: DocumentWish['kind'],
    bytes: string | Uint8Array,
    wish?: Partial<DocumentWish>,
  ): Promise<DocumentRead>
}

export function mediaChildDesk(): MediaChildDesk {
  const folder = mkdtempSync(join(tmpdir(), 'media-child-'))
  // The machine may be busy with other tests; that a limit of time holds is tested where it is the point.
  const bounds = { milliseconds: 60_000 }
  const tools = createMediaTools({ clock: systemClock(), log: pino({ enabled: false }), bounds })
  const signal = new AbortController().signal
  let files = 0

  afterAll(async () => {
    await tools.close()
    rmSync(folder, { recursive: true })
  })

  const file = (bytes: string | Uint8Array): string => {
    const path = join(folder, `file-${++files}`)
    writeFileSync(path, bytes)
    return path
  }
  return {
    file,
    picture: (bytes, type, wish) =>
      tools.picture(file(bytes), { type, longestEdge: 2048, most: 4_000_000, ...wish }, signal),
    document: (kind, bytes, wish) =>
      tools.document(
        file(bytes),
        { kind, longest: 10_000, pages: 50, pictures: 5, longestEdge: 1024, ...wish },
        signal,
      ),
  }
}

/** What a `MediaError` says; fails where something was read. */
export const refusal = (read: Promise<unknown>): Promise<{ kind: string; words: string }> =>
  read.then(
    (result) => Promise.reject(new Error(`It was read: ${JSON.stringify(result).slice(0, 200)}`)),
    ({ kind, words }: { kind: string; words: string }) => ({ kind, words }),
  )
