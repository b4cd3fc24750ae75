import type { Store } from '../ports/store.ts'
import type { Heard } from './hearing.ts'
import { estimated } from './transcript-lines.ts'

/** What files were heard to say, by `heardKey`. */
export interface HeardStore {
  /** `language`: asked for in this language; null = what all get; undefined = that, or else whatever is there. */
  get(key: string, language: string | null | undefined): Promise<Heard | null>
  /** One that was asked for in a language stands beside the one that all get: others may have heard another. */
  set(key: string, heard: Heard, language: string | null): Promise<void>
  correct(key: string, text: string, written?: number): Promise<void>
}

interface Record {
  readonly heard: Heard
  /** What it was asked for in. */
  readonly language: string | null
  /** Asked for in other languages, by these; the last comes last. */
  readonly wished?: Wished
}

type Wished = readonly (readonly [language: string, heard: Heard])[]

const mostWished = 4

function withOne(wished: Wished, { language, heard }: Pick<Record, 'language' | 'heard'>): Wished {
  if (language === null) return wished
  const others = wished.filter(([one]) => one !== language)
  return [...others, [language, heard] as const].slice(-mostWished)
}

/** A platform's transcript is made do with so long; then a model may be asked again. */
const borrowedMs = 3_600_000

/** `keepMs`: milliseconds for which transcripts are kept. */
export function createHeardStore(store: Store, keepMs: number): HeardStore {
  const keep = async (key: string, record: Record): Promise<void> => {
    await store.set<Record>(key, record, record.heard.borrowed ? Math.min(borrowedMs, keepMs) : keepMs)
  }

  return {
    async get(key, language) {
      const kept = await store.get<Record>(key)
      if (kept === undefined) return null
      const { heard, wished = [] } = kept
      if (language === undefined || language === kept.language || heard.corrected) return heard
      const isForAll = kept.language === null || heard.borrowed
      if (isForAll && (language === null || language === heard.language)) return heard
      return wished.find(([one]) => one === language)?.[1] ?? null
    },
    async set(key, heard, language) {
      const kept = await store.get<Record>(key)
      if (kept === undefined || kept.heard.borrowed) return keep(key, { heard, language })
      // What is only made do with replaces nothing that was heard.
      if (heard.borrowed) return
      const { wished = [] } = kept
      if (language === kept.language) return keep(key, { ...kept, heard })
      if (language !== null) return keep(key, { ...kept, wished: withOne(wished, { language, heard }) })
      // The one that all get stands first.
      await keep(key, { heard, language, wished: withOne(wished, kept) })
    },
    async correct(key, text, written = text.length) {
      const kept = await store.get<Record>(key)
      const { language = null, seconds = 0 } = kept?.heard ?? {}
      const lines = estimated(text, { from: 0, seconds })
      const heard: Heard = { kind: 'heard', text, language, seconds, lines, corrected: true, written }
      await store.set<Record>(key, { heard, language: kept?.language ?? null }, keepMs)
    },
  }
}
