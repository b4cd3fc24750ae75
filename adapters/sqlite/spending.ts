import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Charge, Reservation, Reserved, Spender, SpendFilter, Spent } from '../../src/ports/ledger.ts'
import { prepare, type Statement } from './statement.ts'

const DAY = 86_400_000
const fields = ['platform', 'workspace', 'channel', 'person'] as const satisfies readonly (keyof Spender)[]

export function spendingOperations(db: DatabaseSync) {
  const reserve = prepare(
    db,
    `INSERT OR REPLACE INTO reservation (id, at, expires_at, amount, platform, workspace, channel, person)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const free = prepare(db, 'DELETE FROM reservation WHERE id = ?')
  const charge = prepare(
    db,
    `INSERT INTO charge (id, at, amount, platform, workspace, channel, person, model, purpose,
       input_tokens, cached_tokens, output_tokens)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
  )
  const sum = prepare(
    db,
    `INSERT INTO spending (day, platform, workspace, channel, person, amount) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET amount = amount + excluded.amount`,
  )
  const sumOf = sums(db)

  /** The first day in part from its charges, the days after it by their sums, and what is reserved. */
  function spent(filter: SpendFilter, since: number, now: number, except: string | null): Spent {
    const firstWhole = Math.ceil(since / DAY)
    const partial =
      firstWhole * DAY > since ? sumOf('charge', filter, 'at >= ? AND at < ?', [since, firstWhole * DAY]) : 0
    const booked = partial + sumOf('spending', filter, 'day >= ?', [firstWhole])
    const holding = 'at >= ? AND expires_at > ? AND id IS NOT ?'
    return { booked, reserved: sumOf('reservation', filter, holding, [since, now, except]) }
  }

  return {
    reserve(input: Reservation & { readonly now: number }): Reserved {
      const least = input.least ?? input.amount
      const uses = input.limits.map((limit) => {
        const { booked, reserved } = spent(limit.filter, limit.since, input.now, input.id)
        const counts = matches(input, limit.filter, limit.since)
        const room = limit.amount - booked - reserved
        return {
          refused: { kind: 'refused' as const, limit, spent: booked + reserved, booked },
          usedUp: booked + (counts ? input.amount : 0) > limit.amount,
          isFull: room < (counts ? least : 0),
          room: counts ? room : Infinity,
        }
      })
      const broken = uses.find(({ usedUp }) => usedUp) ?? uses.find(({ isFull }) => isFull)
      if (broken) return broken.refused
      const amount = Math.min(input.amount, ...uses.map(({ room }) => room))
      reserve.run(input.id, input.at, input.expiresAt, amount, ...fields.map((f) => input.spender[f]))
      return { kind: 'reserved', amount }
    },

    book(input: Charge): void {
      free.run(input.id)
      const who = fields.map((field) => input.spender[field])
      const added = charge.run(
        ...[input.id, input.at, input.amount, ...who, input.model, input.purpose],
        ...[input.inputTokens, input.cachedTokens, input.outputTokens],
      )
      if (added > 0) sum.run(Math.floor(input.at / DAY), ...who, input.amount)
    },

    free(input: { readonly id: string }): void {
      free.run(input.id)
    },

    spent: (input: { readonly filter: SpendFilter; readonly since: number; readonly now: number }): Spent =>
      spent(input.filter, input.since, input.now, null),
  }
}

export type SpendingOperations = ReturnType<typeof spendingOperations>

function matches({ at, spender }: Reservation, filter: SpendFilter, since: number): boolean {
  return (
    at >= since && fields.every((field) => filter[field] === undefined || filter[field] === spender[field])
  )
}

/** Sums over a table of amounts, with one statement for each set of fields that is filtered by (at most 16 a table). */
function sums(db: DatabaseSync) {
  const prepared = new Map<string, Statement<{ amount: number }>>()
  return (
    table: 'charge' | 'spending' | 'reservation',
    filter: SpendFilter,
    condition: string,
    values: readonly SQLInputValue[],
  ): number => {
    const used = fields.filter((field) => filter[field] !== undefined)
    const where = [condition, ...used.map((field) => `${field} = ?`)].join(' AND ')
    const sql = `SELECT coalesce(sum(amount), 0) AS amount FROM ${table} WHERE ${where}`
    const statement = prepared.get(sql) ?? prepare<{ amount: number }>(db, sql)
    prepared.set(sql, statement)
    return statement.get(...values, ...used.map((field) => filter[field] ?? ''))?.amount ?? 0
  }
}
