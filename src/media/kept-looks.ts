import type { Clock } from '../ports/clock.ts'
import type { Look } from './look.ts'

/**
 * What was read a while ago, or can't be, so that follow-up questions and Regenerate fetch nothing again. Bounded in
 * bytes and time.
 */
export interface KeptLooks {
  get(key: string): Look | undefined
  set(key: string, look: Look): void
}

const mostBytes = 32 * 1024 * 1024
/** An entry without what it holds, generously. */
const entryBytes = 1024
const hour = 3_600_000

export function createKeptLooks({ clock, most = mostBytes }: { clock: Clock; most?: number }): KeptLooks {
  const kept = new Map<string, { readonly look: Look; readonly bytes: number; readonly until: number }>()
  let held = 0

  const drop = (key: string): void => {
    held -= kept.get(key)?.bytes ?? 0
    kept.delete(key)
  }

  return {
    get(key) {
      const found = kept.get(key)
      if (found === undefined) return undefined
      drop(key)
      if (clock.elapsed() >= found.until) return undefined
      // Used last, it goes last; its hour runs from its first reading on.
      kept.set(key, found)
      held += found.bytes
      return found.look
    },
    set(key, look) {
      // Sounds are remembered elsewhere, for longer; what failed may go well the next time, unless it is the file.
      if (look.kind === 'sound' || (look.kind === 'skipped' && !look.lasting)) return
      const bytes = bytesOf(look) + entryBytes
      drop(key)
      if (bytes > most / 2) return
      kept.set(key, { look, bytes, until: clock.elapsed() + hour })
      held += bytes
      for (const oldest of kept.keys()) {
        if (held <= most) return
        drop(oldest)
      }
    },
  }
}

/** What it takes up in memory, about. */
export function bytesOf(look: Look): number {
  switch (look.kind) {
    case 'picture':
      return look.picture.bytes.length
    case 'document':
      return look.read.pages.reduce(
        (sum, { text, picture }) => sum + text.length * 2 + (picture?.bytes.length ?? 0),
        0,
      )
    case 'sound':
      return look.heard.text.length * 2
    case 'skipped':
      return 0
  }
}
