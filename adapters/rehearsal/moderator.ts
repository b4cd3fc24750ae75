import type { Moderator } from '../../src/ports/model.ts'
import { stopIfAborted } from './aborted.ts'

/** Never flags anything: there is nobody to judge. */
export function rehearsalModerator(): Moderator {
  return {
    async moderate(_inputs, signal) {
      stopIfAborted(signal)
      return { flagged: false, scores: {} }
    },
  }
}
