import { createHash } from 'node:crypto'
import type { Store } from '../../src/ports/store.ts'

/**
 * Where an upload got to. `filed`: its bytes are at Slack, seen by nobody. `sharing`: it may have been shared, too.
 */
export interface Stage {
  readonly kind: 'filed' | 'sharing' | 'shared'
  /** Slack's id of it. */
  readonly file: string
  /** The same for the same content. */
  readonly content: string
}

/** Kept over a restart, so that nothing is shared twice. */
export interface UploadStages {
  of(key: string): Promise<Stage | null>
  /** Durable when it resolves. */
  note(key: string, stage: Stage): Promise<void>
  forget(key: string): Promise<void>
}

/** Milliseconds: no answer is sent for so long. */
const KEPT_MS = 24 * 3_600_000

export const createUploadStages = (store: Pick<Store, 'get' | 'set' | 'delete'>): UploadStages => ({
  of: async (key) => (await store.get<Stage>(keyOf(key))) ?? null,
  note: async (key, stage) => void (await store.set(keyOf(key), stage, KEPT_MS)),
  forget: async (key) => void (await store.delete(keyOf(key))),
})

/** Of a length that any store takes. */
const keyOf = (key: string): string => `slack:upload:${createHash('sha256').update(key).digest('base64url')}`
