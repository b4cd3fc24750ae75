/** Slack's timestamps (`1795151317.000001`) as microseconds since the epoch: whole numbers, far below 2^53. */
export function microsOf(ts: unknown): number | null {
  const [, seconds, micros] = typeof ts === 'string' ? (/^(\d{1,10})\.(\d{6})$/.exec(ts) ?? []) : []
  return seconds === undefined ? null : Number(seconds) * 1_000_000 + Number(micros)
}

export function tsAt(micros: number): string {
  const whole = Math.max(0, Math.floor(micros))
  return `${Math.floor(whole / 1_000_000)}.${String(whole % 1_000_000).padStart(6, '0')}`
}

/** Milliseconds in microseconds. */
export const micros = (ms: number): number => ms * 1_000

/** Before a window, in which changed and deleted messages are looked for. */
export const lookBack = micros(24 * 3_600_000)
