import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'

/** Told of channels whose messages Discord does not let us read. One line a start says how many they are. */
export type Unreadable = (channel: string) => void

/** Milliseconds after the first: by then most guilds are there. */
const tellAfter = 30_000
const mostCounted = 100_000

export function createUnreadable(clock: Clock, log: Logger, signal: AbortSignal): Unreadable {
  const channels = new Set<string>()
  let told = false

  async function tell(): Promise<void> {
    await clock.sleep(tellAfter, signal)
    told = true
    log.info(`Parley can’t catch up in ${channels.size} channels: Read Message History is missing there`)
    channels.clear()
  }

  return (channel) => {
    if (told || channels.size >= mostCounted) return
    channels.add(channel)
    if (channels.size === 1) tell().catch(() => undefined) // stopped
  }
}
