import type { Cursor } from './cursor.ts'

/** Since when a guild has been away, and what lets that be forgotten. */
export interface Absence {
  readonly since: bigint
  readonly release: () => void
}

/** Guilds whose state is not known yet. The shard's cursor goes on without them: a guild may stay away for days. */
export interface Absences {
  /** `from`: what was heard of this shard so far; null: nothing ever, so nothing is missing. A former absence is forgotten. */
  begin(guild: string, shard: number, from: Promise<bigint | null>): void
  /** It is back. null: it was not away, or nothing is missing. */
  end(guild: string): Promise<Absence | null>
  forget(guild: string): void
  /** Of a guild that is away. */
  shardOf(guild: string): number | null
}

export function createAbsences(
  cursor: Pick<Cursor, 'left' | 'leave'>,
  trouble: (error: unknown) => void,
): Absences {
  const away = new Map<string, { readonly shard: number; readonly left: Promise<Absence | null> }>()

  function forget(guild: string): void {
    // Told of where it happened already.
    away.get(guild)?.left.then(
      (left) => left?.release(),
      () => undefined,
    )
    away.delete(guild)
  }

  return {
    begin: (guild, shard, from) => {
      forget(guild)
      const left = from.then((reached) => {
        const since = cursor.left(guild) ?? reached
        return since === null ? null : { since, release: cursor.leave(guild, since) }
      })
      left.catch(trouble)
      away.set(guild, { shard, left })
    },
    end: async (guild) => {
      const gone = away.get(guild)
      away.delete(guild)
      return gone?.left ?? null
    },
    forget,
    shardOf: (guild) => away.get(guild)?.shard ?? null,
  }
}
