import { createTurnstile } from '../../../src/turnstile.ts'

export interface LineLimits {
  readonly perChannel: number
  readonly all: number
}

export const lineLimits: LineLimits = { perChannel: 200, all: 5_000 }

/**
 * One at a time in each channel, in the order they came; different channels side by side. null = too many are waiting:
 * not taken in.
 */
export type Line = <T>(channel: string, pass: () => Promise<T>) => Promise<T> | null

export function createLine(limits: LineLimits): Line {
  const inTurn = createTurnstile()
  const waiting = new Map<string, number>()
  let all = 0

  function leave(channel: string): void {
    all--
    const left = (waiting.get(channel) ?? 1) - 1
    if (left === 0) waiting.delete(channel)
    else waiting.set(channel, left)
  }

  return (channel, pass) => {
    const here = waiting.get(channel) ?? 0
    if (here >= limits.perChannel || all >= limits.all) return null
    waiting.set(channel, here + 1)
    all++
    return inTurn(channel, pass).finally(() => leave(channel))
  }
}
