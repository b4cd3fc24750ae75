/**
 * Money. Amounts are whole nano-dollars (1e-9 USD), so that sums are exact. What a turn may cost at worst is
 * reserved before the model is called, in one atomic step with the check of the limits, and settled after it.
 */
export interface Ledger {
  /** Reserving again with the same id replaces the reservation (a turn tried again after a crash). */
  reserve(reservation: Reservation): Promise<Reserved>
  /** Books what it really cost and frees the rest. Booking an id twice books it once. Turns in the inbox settle through their claim. */
  settle(charge: Charge): Promise<void>
  /** The call was not made: frees all. Unknown ids are ignored. */
  release(id: string): Promise<void>
  /** Booked and still reserved amounts since `since` (ms), summed over the lines that match. */
  spent(filter: SpendFilter, since: number): Promise<Spent>
}

export interface Reservation {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** After this moment an unsettled reservation no longer holds money (its process died). */
  readonly expiresAt: number
  readonly amount: number
  /** What is enough when only other reservations are in the way of all of it; absent: all or nothing. */
  readonly least?: number
  readonly spender: Spender
  readonly limits: readonly SpendLimit[]
}

/** `platform` + `workspace` + `person` name one person; ids alone collide between workspaces. */
export interface Spender {
  readonly platform: string
  readonly workspace: string
  readonly channel: string
  readonly person: string
}

/** At most `amount` since `since` over all lines that match `filter`, this one included. */
export interface SpendLimit {
  readonly name: string
  readonly filter: SpendFilter
  readonly since: number
  readonly amount: number
}

/** Absent fields match everything. */
export type SpendFilter = Partial<Spender>

export type Reserved =
  /** `amount`: all that was asked for, or what there was room for, from `least` on. */
  | { readonly kind: 'reserved'; readonly amount: number }
  /**
   * The first limit that would be broken by what is booked alone, else the first that would be broken at all; `spent`
   * of it is booked or reserved, and `booked` is there to stay: the rest may come back.
   */
  | {
      readonly kind: 'refused'
      readonly limit: SpendLimit
      readonly spent: number
      readonly booked: number
    }

export interface Charge {
  readonly id: string
  readonly at: number
  readonly amount: number
  readonly spender: Spender
  readonly model: string
  /** What was bought. */
  readonly purpose: 'chat' | 'transcription' | 'speech' | 'image' | 'embedding' | 'moderation' | 'search'
  readonly inputTokens: number
  readonly cachedTokens: number
  readonly outputTokens: number
}

export interface Spent {
  readonly booked: number
  readonly reserved: number
}
