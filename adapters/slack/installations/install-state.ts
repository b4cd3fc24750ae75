import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../src/ports/clock.ts'

/**
 * What goes to Slack with a browser and comes back with it. Signed instead of stored: anybody may open the install page
 * any number of times. `@slack/oauth`'s states can be used twice.
 */
export interface InstallStates {
  issue(): string
  /** Whether it was issued here, less than ten minutes ago, and not taken before. It is taken then. */
  take(state: string): boolean
}

/** Milliseconds a state is good for. */
export const stateLife = 600_000
/** States taken within their life; with more than that at once the first could be used twice. */
const remembered = 10_000

export function createInstallStates(secret: string, clock: Clock): InstallStates {
  const taken = new Set<string>()
  // The secret has another use: what is signed here says what it is for.
  const sign = (text: string): Buffer =>
    createHmac('sha256', secret).update(`parley install ${text}`).digest()

  return {
    issue: () => {
      const text = `${clock.now()}.${randomBytes(32).toString('base64url')}`
      return `${text}.${sign(text).toString('base64url')}`
    },
    take: (state) => {
      const [, text = '', issued = '', signature = ''] =
        /^((\d{1,15})\.[\w-]{43})\.([\w-]{43})$/.exec(state) ?? []
      const given = Buffer.from(signature, 'base64url')
      const age = clock.now() - Number(issued)
      if (given.length !== 32 || !timingSafeEqual(given, sign(text))) return false
      if (age < 0 || age > stateLife || taken.has(text)) return false
      taken.add(text)
      for (const first of taken) {
        if (taken.size <= remembered) break
        taken.delete(first)
      }
      return true
    },
  }
}
