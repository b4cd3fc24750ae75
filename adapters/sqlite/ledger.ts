import type { Clock } from '../../src/ports/clock.ts'
import type { Charge, Ledger, Reservation } from '../../src/ports/ledger.ts'
import type { Connection } from './connection.ts'

/** The check of the limits and the reservation are one transaction of the database thread. */
export function createLedger(connection: Connection, clock: Clock): Ledger {
  return {
    async reserve(reservation: Reservation) {
      demandWhole(reservation.amount)
      demandWhole(reservation.least ?? 0)
      return connection.call('reserve', {
        ...reservation,
        at: Math.round(reservation.at),
        expiresAt: Math.round(reservation.expiresAt),
        now: clock.now(),
      })
    },
    async settle(charge: Charge) {
      demandWhole(charge.amount)
      await connection.call('book', { ...charge, at: Math.round(charge.at) })
    },
    release: (id) => connection.call('free', { id }),
    spent: (filter, since) => connection.call('spent', { filter, since, now: clock.now() }),
  }
}

/** Fractions would make sums depend on their order. */
export function demandWhole(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0)
    throw new RangeError(`An amount is a whole number of nano-dollars from 0 on, not ${amount}`)
}
