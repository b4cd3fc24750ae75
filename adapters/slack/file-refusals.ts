import type { Outcome } from '../../src/ports/outcome.ts'
import { createRecent } from '../../src/recent.ts'
import { isOnlyThisWay, outcomeOf, refusalWords } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply } from './wire.ts'

/** What an upload comes to that did not succeed. */
export type Unshared = Exclude<Outcome, { kind: 'sent' }>

/** Workspaces. */
const KEPT = 1_000
/** Milliseconds: then files may have been allowed. */
const REFUSED_MS = 3_600_000

/** Slack refuses this one file, and may take others (Slack's documents, "files.getUploadURLExternal"). */
const aboutOne = new Set([
  'alt_txt_too_large',
  'file_type_not_allowed',
  'file_upload_size_restricted',
  'file_uploads_except_images_disabled',
  'snippet_too_large',
])

/** Remembers where Slack takes no files, so that it isn't asked again with each answer. */
export function createFileRefusals({ clock, log }: Pick<Outgoing, 'clock' | 'log'>) {
  const refusals = createRecent<{ readonly until: number; readonly why: string }>(KEPT)

  return {
    /** Why this workspace takes none, as it was said last; null: as far as is known it does. */
    refusalOf(team: string): string | null {
      const refusal = refusals.get(team)
      return refusal && refusal.until > clock.elapsed() ? refusal.why : null
    },

    /** What a call of an upload came to. */
    failed(team: string, reply: Exclude<Reply<unknown>, { kind: 'done' }>): Unshared {
      // Nothing of the message itself was sent: the next try goes on from here.
      if (reply.kind === 'unknown') return { kind: 'not_sent', cause: reply.cause }
      if (reply.kind === 'refused' && isOnlyThisWay(reply)) {
        const why = refusalWords(reply)
        if (aboutOne.has(reply.error)) return { kind: 'no_file', why }
        refusals.set(team, { until: clock.elapsed() + REFUSED_MS, why })
        log.warn({ team, why }, 'Slack takes no files here: for an hour answers go without')
        return { kind: 'no_file', why }
      }
      const outcome = outcomeOf(reply, () => null)
      return outcome.kind === 'sent' ? { kind: 'unknown', cause: noAnswer } : outcome
    },
  }
}

const noAnswer = new Error('Slack answered something else')
