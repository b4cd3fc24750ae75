/** Discord's ids: their upper bits are milliseconds since the first second of 2015 (Discord's documents, "Snowflakes"). */
const epoch = 1_420_070_400_000

/** The least id of that moment, milliseconds since 1970. */
export const idAt = (ms: number): bigint => BigInt(Math.max(0, Math.floor(ms) - epoch)) << 22n

/** The moment an id was made, milliseconds since 1970. */
export const momentOf = (id: bigint): number => Number(id >> 22n) + epoch

/** null where it is none. */
export const idOf = (text: unknown): bigint | null =>
  typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : null

/** `id` moved back by milliseconds. */
export function earlier(id: bigint, ms: number): bigint {
  const moved = id - (BigInt(ms) << 22n)
  return moved < 0n ? 0n : moved
}

export const later = (a: bigint, b: bigint): bigint => (a > b ? a : b)
export const sooner = (a: bigint, b: bigint): bigint => (a < b ? a : b)
