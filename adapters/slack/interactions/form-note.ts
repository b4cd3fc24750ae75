import { createHash } from 'node:crypto'
import { z } from 'zod'

/** What a form carries in its `private_metadata`, so that it can be submitted after a restart. Nobody sees it. */
export interface FormNote {
  readonly command: string
  readonly channel: string
  /** The message from whose menu it was opened. */
  readonly target: { readonly ts: string; readonly thread: string | null } | null
  /**
   * The message whose button asked for it, and where its conversation goes on: its thread as the button names it, and
   * the root of the thread it stands in.
   */
  readonly about: { readonly id: string; readonly thread: string; readonly under: string | null } | null
  /** Flags that were typed before it was opened. */
  readonly flags: Readonly<Record<string, boolean>>
  /** For each field the `digestOf` what it showed: one that nobody touched says nothing. */
  readonly shown: Readonly<Record<string, string>>
  /** It was opened in Home, which shows what it changes. */
  readonly fromHome: boolean
  /** Secret; null in Home. */
  readonly responseUrl: string | null
  /** Milliseconds since the epoch, when that URL was given. */
  readonly at: number
}

/** Characters (Slack's limit). */
const limit = 3000

const shape = z.object({
  command: z.string().max(32),
  channel: z.string().min(1).max(100),
  target: z
    .object({ ts: z.string().min(1).max(100), thread: z.string().min(1).max(100).nullable() })
    .nullable(),
  about: z
    .object({
      id: z.string().min(1).max(100),
      thread: z.string().max(110),
      under: z.string().max(100).nullable(),
    })
    .nullable()
    // Forms that were opened by an earlier version say nothing of it.
    .default(null),
  flags: z.record(z.string(), z.boolean()),
  shown: z.record(z.string(), z.string()),
  fromHome: z.boolean(),
  responseUrl: z.string().max(2000).nullable(),
  at: z.number(),
})

export function writeFormNote(note: FormNote): string {
  const written = JSON.stringify(note)
  // Without the response URL the answer has one way less.
  return written.length <= limit ? written : JSON.stringify({ ...note, responseUrl: null }).slice(0, limit)
}

/** null: not the note of a form of ours, or of one that this version doesn't know. */
export function readFormNote(text: string): FormNote | null {
  try {
    return shape.safeParse(JSON.parse(text)).data ?? null
  } catch {
    // Not JSON: somebody else's.
    return null
  }
}

/** 48 bits: a change that nobody notices is one in many billions. */
export const digestOf = (value: string): string =>
  createHash('sha256').update(value).digest('base64url').slice(0, 8)
