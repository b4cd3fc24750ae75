import type { Store } from '../ports/store.ts'
import type { Heard } from './hearing.ts'
import { estimated } from './transcript-lines.ts'

/** What files were heard to say, by `heardKey`. */
export interface HeardStore {
  /** `language`: asked for in this language; null = told by the model, or the same as before. */
  get(key: string, language: string | null): Promise<Heard | null>
  set(key: string, heard: Heard, language: string | null): Promise<void>
  correct(key: string, text: string): Promise<void>
}

interface Record {
  readonly heard: Heard
  /** What it was asked for in. */
  readonly language: string | null
}

/** A platform's transcript is made do with so long; then a model may be asked again. */
const borrowedMs = 3_600_000

/** `keepMs`: milliseconds for which transcripts are kept. */
export function createHeardStore(store: Store, keepMs: number): HeardStore {
  return {
    async get(key, language) {
      const kept = await store.get<Record>(key)
      if (kept === undefined) return null
      const { heard } = kept
      const isAsked =
        language === null || language === kept.language || language === heard.language || heard.corrected
      return isAsked ? heard : null
    },
    async set(key, heard, language) {
      await store.set<Record>(
        key,
        { heard, language },
        heard.borrowed ? Math.min(borrowedMs, keepMs) : keepMs,
      )
    },
    async correct(key, text) {
      const kept = await store.get<Record>(key)
      const { language = null, seconds = 0 } = kept?.heard ?? {}
      const lines = estimated(text, { from: 0, seconds })
      const heard: Heard = { kind: 'heard', text, language, seconds, lines, corrected: true }
      await store.set<Record>(key, { heard, language: kept?.language ?? null }, keepMs)
    },
  }
}
