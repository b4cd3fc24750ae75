import { createRecent } from '../../../src/recent.ts'
import type { Search } from './looking.ts'

export interface Ordered {
  /** A question that was missed stands in one of these before anywhere else. */
  readonly likely: readonly Search[]
  readonly others: readonly Search[]
}

/** In which order channels are looked through: Slack allows some dozens a minute. */
export interface Order {
  /**
   * Where people talked with Parley last, then all else; direct messages have their share. Where no round came to yet
   * goes before what has to be looked through once more. `searches`: of one workspace, the likeliest first; `known` of
   * them because people talked there.
   */
  of(searches: readonly Search[], known: number): Ordered
  /** It was looked through, as it stood at `at` (`Clock.elapsed`). */
  done(search: Search, at: number): void
}

const mostLikely = 20
/** In all workspaces. */
const remembered = 10_000

export function createOrder(): Order {
  const looked = createRecent<number>(remembered)
  const lookedAt = (search: Search): number => looked.get(keyOf(search)) ?? 0
  return {
    of: (searches, known) => {
      const most = Math.min(known, mostLikely)
      const others = searches.slice(most).toSorted((a, b) => lookedAt(a) - lookedAt(b))
      const direct = others.filter(isDirect)
      const rest = others.filter((one) => !isDirect(one))
      return { likely: searches.slice(0, most), others: inTurns(direct, rest) }
    },
    done: (search, at) => looked.set(keyOf(search), at),
  }
}

const keyOf = ({ installation, channel }: Search): string => `${installation.team} ${channel.id}`
const isDirect = ({ channel }: Search): boolean => channel.kind === 'im'

function inTurns<T>(some: readonly T[], more: readonly T[]): readonly T[] {
  const most = Math.max(some.length, more.length)
  return Array.from({ length: most }, (_, at) => [
    ...some.slice(at, at + 1),
    ...more.slice(at, at + 1),
  ]).flat()
}
