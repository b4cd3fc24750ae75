/** What an answer has cost, and when it could be seen (wall time, milliseconds). */
export interface Stats {
  sends: number
  edits: number
  /** Calls refused with a 429. */
  limited: number
  firstShownAt: number | null
  /** The newest message of its own; what comes later are changes, which platforms don't mark as unread. */
  lastSentAt: number | null
  finalShownAt: number | null
}

export const noStats = (): Stats => ({
  sends: 0,
  edits: 0,
  limited: 0,
  firstShownAt: null,
  lastSentAt: null,
  finalShownAt: null,
})
