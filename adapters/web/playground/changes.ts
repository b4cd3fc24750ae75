/** What happened lately, for the pages that look on: the latest state of each subject, in the order of change. */
export interface Changes {
  /** The number of the latest change. */
  latest(): number
  /** `only`: the one person who may see it; null = everyone. A later change of the same subject replaces this one. */
  publish(change: {
    readonly subject: string
    readonly event: string
    readonly data: unknown
    readonly only: string | null
  }): void
  /** What changed after number `since` for this person, oldest first; at most about a megabyte at a time. */
  after(since: number, author: string): Missed
  /** Resolves at the next change or when the signal aborts. */
  next(signal: AbortSignal): Promise<void>
}

export type Missed =
  /** `upTo`: go on from here. */
  | { readonly kind: 'changes'; readonly changes: readonly Change[]; readonly upTo: number }
  /** Some of it is forgotten: look at everything again. */
  | { readonly kind: 'forgotten' }

export interface Change {
  readonly number: number
  readonly event: string
  /** JSON. */
  readonly data: string
}

interface Kept extends Change {
  readonly subject: string
  readonly only: string | null
  replaced: boolean
}

const mostSubjects = 2_000
const mostCharacters = 8_000_000
const portion = 1_000_000

/** `start` must be above every number of a former process, so that its clients see that they missed something. */
export function createChanges(start: number): Changes {
  const live = new Map<string, Kept>()
  let order: Kept[] = []
  let characters = 0
  let latest = start
  /** Changes up to this number may be forgotten. */
  let horizon = start
  let waiting = new Set<() => void>()

  function drop(kept: Kept): void {
    kept.replaced = true
    live.delete(kept.subject)
    characters -= kept.data.length
  }

  function bound(): void {
    while (live.size > mostSubjects || characters > mostCharacters) {
      const oldest = live.values().next().value
      if (!oldest || oldest.number === latest) return
      drop(oldest)
      horizon = oldest.number
    }
    if (order.length > 2 * live.size + 64) order = order.filter((kept) => !kept.replaced)
  }

  /** The index of the first change after `since`; looked for from the end, where clients are. */
  function firstAfter(since: number): number {
    let at = order.length
    while (at > 0 && (order[at - 1]?.number ?? 0) > since) at--
    return at
  }

  return {
    latest: () => latest,
    publish: ({ subject, event, data, only }) => {
      const former = live.get(subject)
      if (former) drop(former)
      const kept = { number: ++latest, event, data: JSON.stringify(data), subject, only, replaced: false }
      live.set(subject, kept)
      order.push(kept)
      characters += kept.data.length
      bound()
      const woken = waiting
      waiting = new Set()
      for (const wake of woken) wake()
    },
    after: (since, author) => {
      if (since < horizon || since > latest) return { kind: 'forgotten' }
      const changes: Change[] = []
      let size = 0
      let upTo = since
      for (let at = firstAfter(since); at < order.length && size < portion; at++) {
        const kept = order[at]
        if (!kept) break
        upTo = kept.number
        if (kept.replaced || (kept.only !== null && kept.only !== author)) continue
        changes.push(kept)
        size += kept.data.length
      }
      return { kind: 'changes', changes, upTo }
    },
    next: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const wake = (): void => {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake, { once: true })
      }),
  }
}
