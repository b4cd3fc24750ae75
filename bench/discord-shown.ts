import type { RestEntry } from '../test/fakes/discord/ledger.ts'

/** How one answer came to be seen; ms since the epoch. */
export interface Seen {
  readonly firstAt: number
  readonly wholeAt: number
  readonly stoodStillMs: number
}

/** Follows, request by request, what people see of each answer. */
export interface Shown {
  take(entry: RestEntry | undefined): void
  /** Answers whose whole text is shown. */
  whole(): number
  of(index: number): Seen
}

interface Body {
  readonly content?: string
  readonly message_reference?: { readonly message_id?: string }
}

/** `asked`: the question's number by the id of its message, which is also its thread's. */
export function shownBy(text: string, asked: ReadonlyMap<string, number>): Shown {
  const numbers = new Map<string, number>()
  const seen = new Map<
    number,
    { firstAt: number; wholeAt: number; changedAt: number; stoodStillMs: number }
  >()
  let whole = 0

  function take(entry: RestEntry | undefined): void {
    if (!entry?.carriedOut || entry.status !== 200) return
    const body = (entry.body ?? {}) as Body
    if (typeof body.content !== 'string') return
    const [, , channel = '', , message = ''] = entry.path.split('/')
    const index =
      entry.method === 'POST'
        ? asked.get(body.message_reference?.message_id ?? channel)
        : numbers.get(message)
    if (index === undefined) return
    if (entry.method === 'POST') numbers.set((entry.answer as { id: string }).id, index)
    const before = seen.get(index)
    if (before !== undefined && Number.isFinite(before.wholeAt)) return
    const isWhole = body.content.trim() === text
    if (isWhole) whole++
    const still = before === undefined ? 0 : entry.at - before.changedAt
    seen.set(index, {
      firstAt: before?.firstAt ?? entry.at,
      wholeAt: isWhole ? entry.at : Number.NaN,
      changedAt: entry.at,
      stoodStillMs: Math.max(before?.stoodStillMs ?? 0, still),
    })
  }

  return {
    take,
    whole: () => whole,
    of: (index) => seen.get(index) ?? { firstAt: Number.NaN, wholeAt: Number.NaN, stoodStillMs: 0 },
  }
}
