/** What one turn did and when: one log line at its end, the playground's side panel while it runs. */
export interface TurnTrace {
  readonly turn: string
  readonly platform: string
  readonly workspace: string
  readonly channel: string
  readonly thread: string
  /** The messages answered. */
  readonly asked: readonly string[]
  readonly attempt: number
  readonly state: string
  readonly model: string | null
  /** Wall times in milliseconds; null = not yet. */
  readonly admittedAt: number
  readonly claimedAt: number | null
  readonly modelCalledAt: number | null
  readonly firstTokenAt: number | null
  readonly firstShownAt: number | null
  readonly lastTokenAt: number | null
  readonly finalShownAt: number | null
  readonly sends: number
  readonly edits: number
  /** Calls the platform refused with a 429. */
  readonly limited: number
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
  /** Of the whole turn. */
  readonly costUsd: number
  /** Part of it: for transcripts, speech and pictures. Absent = nothing. */
  readonly boughtUsd?: number
  /**
   * How it ended; null while it runs. `withdrawn`: the question was deleted. `restarted`: the question was edited, and
   * another try answers it. `suspended`: the program stopped, and the next start goes on.
   */
  readonly outcome:
    | 'answered'
    | 'stopped'
    | 'refused'
    | 'failed'
    | 'withdrawn'
    | 'restarted'
    | 'suspended'
    | null
  readonly error: string | null
  readonly requestId: string | null
}

export interface TraceFeed {
  /** Called with each new state of each running turn, at most a few times a second a turn. Returns the unsubscriber. */
  subscribe(listener: (trace: TurnTrace) => void): () => void
}
