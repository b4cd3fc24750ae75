/** What an answer has cost, and when it could be seen (wall time, milliseconds). */
export interface Stats {
  sends: number
  edits: number
  /** Calls refused with a 429. */
  limited: number
  firstShownAt: number | null
  finalShownAt: number | null
}
