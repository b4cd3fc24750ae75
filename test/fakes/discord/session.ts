import { randomBytes } from 'node:crypto'
import type { WebSocket } from 'ws'
import type { World } from './world.ts'

export type Session = ReturnType<typeof createSession>

/** What outlives a connection: the sequence, and the dispatches that a RESUME may ask for again. */
export function createSession(world: World, intents: number, shard: readonly [number, number]) {
  let seq = 0
  let replay: { seq: number; text: string }[] = []
  let socket: WebSocket | null = null
  let send: (payload: unknown) => void = () => {}
  let aloneSince: number | null = null
  return {
    id: randomBytes(16).toString('hex'),
    intents,
    shard,
    seq: () => seq,
    connected: () => socket !== null,
    /** Discord's formula for the shard of a guild. */
    covers: (guildId: string) => Number((BigInt(guildId) >> 22n) % BigInt(shard[1])) === shard[0],
    attach(to: WebSocket, by: (payload: unknown) => void) {
      if (socket !== null && socket !== to) socket.terminate()
      socket = to
      send = by
      aloneSince = null
    },
    detach(from: WebSocket) {
      if (socket !== from) return
      socket = null
      aloneSince = world.now()
    },
    /** Numbered and kept; `held` dispatches don't go out, as over a dead connection. */
    dispatch(t: string, d: unknown, held = false) {
      seq++
      const text = JSON.stringify({ op: 0, s: seq, t, d })
      replay.push({ seq, text })
      if (replay.length > world.limits.replay * 2) replay = replay.slice(-world.limits.replay)
      if (socket !== null && !held) send(text)
    },
    /** Null when it is too old, or too much was missed. */
    missedSince(since: number): readonly string[] | null {
      if (aloneSince !== null && world.now() - aloneSince > world.limits.sessionMs) return null
      const missed = replay.filter((one) => one.seq > since)
      const whole = missed.length === seq - since && missed.length <= world.limits.replay
      return whole ? missed.map(({ text }) => text) : null
    },
  }
}
