import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import type { Pacer } from '../reply/pacer.ts'
import { removeAll } from '../reply/removal.ts'
import type { Turnstile } from '../turnstile.ts'
import type { Memory } from './memory.ts'

export interface SilencingDeps {
  readonly memory: Pick<Memory, 'turnOf' | 'rewriteTurn'>
  readonly pacer: Pacer
  readonly clock: Clock
  /** Changes of one conversation's memory read and write it: one after the other. */
  readonly inTurn: Turnstile
}

/** An answer that was written again. */
export interface Rewritten {
  readonly turn: string
  readonly conversation: string
  /** One message of it. */
  readonly answer: MessageRef
  /** Where it stands. */
  readonly place: Place
  readonly platform: Platform
}

const mostTries = 5
const pauseMs = 20_000

/**
 * Takes away the sounds of what the answer said before. What can't be removed is remembered, and tried once more when it
 * is written again or deleted. Rejects with the signal's reason, or after the last try.
 */
export async function silence(deps: SilencingDeps, rewritten: Rewritten, signal: AbortSignal): Promise<null> {
  const { memory, pacer, clock, inTurn } = deps
  const { conversation, answer, platform, place } = rewritten
  const outdated = (await memory.turnOf(conversation, answer))?.outdated ?? []
  if (outdated.length === 0) return null
  for (let tries = 1; ; tries++) {
    try {
      await removeAll(outdated, { platform, place: { ...place, root: null }, pacer, clock, signal })
      break
    } catch (error) {
      signal.throwIfAborted()
      if (tries === mostTries) throw error
      await clock.sleep(pauseMs, signal)
    }
  }
  const gone = new Set(outdated.map(({ nonce }) => nonce))
  await inTurn(conversation, async () => {
    const now = await memory.turnOf(conversation, answer)
    if (now?.outdated === undefined) return
    const { outdated: noted, ...turn } = now
    const left = noted.filter(({ nonce }) => !gone.has(nonce))
    await memory.rewriteTurn(conversation, left.length === 0 ? turn : { ...turn, outdated: left })
  })
  return null
}
