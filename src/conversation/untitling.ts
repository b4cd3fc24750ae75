import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Outcome } from '../ports/outcome.ts'
import type { Platform } from '../ports/platform.ts'
import { callAside } from '../reply/aside.ts'
import type { Pacer } from '../reply/pacer.ts'
import { within } from '../within.ts'

/** A thread that was opened on a question has its words as title. When it is withdrawn they go too. */
export interface Withdrawn {
  readonly turn: string
  readonly platform: Platform
  /** The question's. */
  readonly asked: Place
  /** The answer's. `root`: its thread was never opened. */
  readonly answered: Place
}

const title = 'Deleted question'
const callLimitMs = 15_000
const mostTries = 3

/** Whether the thread was opened by Parley, on this very question. */
export const tellsOfIt = ({ platform, asked, answered }: Withdrawn): boolean =>
  platform.rename !== undefined &&
  asked.root !== null &&
  answered.root === null &&
  answered.replyTo === undefined

/** Null where there is no such title. Rejects with the signal's reason. */
export async function untitle(
  { pacer, clock }: { readonly pacer: Pacer; readonly clock: Clock },
  { platform, answered }: Withdrawn,
  signal: AbortSignal,
): Promise<Outcome | null> {
  const rename = platform.rename?.bind(platform)
  if (rename === undefined) return null
  const once = () =>
    callAside({ pacer, platform: platform.name, signal }, platform.budget(answered, 'rename'), () =>
      within({ clock, limit: callLimitMs, signal }, (own) => rename(answered, title, own)),
    )
  let outcome = await once()
  for (let tries = 1; outcome.kind === 'limited' && tries < mostTries; tries++) outcome = await once()
  return outcome
}
