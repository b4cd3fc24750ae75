import { soundBits } from './mp3.ts'
import { createOpusDecoder } from './opus.ts'
import type { Packet, PacketCodec } from './source.ts'

export interface CutLimits {
  /** Bytes of one piece, and of what a container adds to each packet. */
  readonly most: number
  readonly perPacket: number
  /** Seconds of one piece. */
  readonly longest: number
}

/** How loud something is: only its order counts. */
export interface Loudness {
  of(data: Uint8Array): number
  close(): void
}

/** A place where the next piece may begin. */
interface Place {
  readonly index: number
  readonly bytes: number
  readonly seconds: number
  readonly level: number
}

/** Where a piece is this full, a quiet place is looked for; a little earlier, so that a decoder has found its feet. */
const WINDOW = 0.75
const WARM_UP = 0.73
/** Seconds over which loudness is taken: a pause between words is longer than that. */
const BREADTH = 0.2

export interface Cuts {
  /** The packets that begin the second and each later piece, counted from 0. */
  readonly at: readonly number[]
  /** Of the whole sound. */
  readonly seconds: number
}

export async function cutsOf(
  packets: AsyncIterable<Packet>,
  loudness: Loudness,
  { most, perPacket, longest }: CutLimits,
): Promise<Cuts> {
  const cuts: number[] = []
  let places: Place[] = []
  let bytes = 0
  let seconds = 0
  let all = 0
  let index = 0
  for await (const packet of packets) {
    const cost = packet.data.length + perPacket
    if (bytes > 0 && (bytes + cost > most || seconds + packet.seconds > longest)) {
      const cut = quietest(places) ?? { index, bytes, seconds }
      cuts.push(cut.index)
      bytes -= cut.bytes
      seconds -= cut.seconds
      places = []
    }
    const full = Math.max(bytes / most, seconds / longest)
    if (full >= WARM_UP) {
      const level = loudness.of(packet.data)
      if (full >= WINDOW) places.push({ index, bytes, seconds, level })
    }
    bytes += cost
    seconds += packet.seconds
    all += packet.seconds
    index += 1
  }
  return { at: cuts, seconds: all }
}

/** The latest of the quietest. */
function quietest(places: readonly Place[]): Place | null {
  const first = places[0]
  const last = places.at(-1)
  if (first === undefined || last === undefined) return null
  const reach = Math.max(1, Math.round((BREADTH / 2 / (last.seconds - first.seconds || 1)) * places.length))
  const sums = [0]
  for (const { level } of places) sums.push(sums.at(-1)! + level)
  let found = last
  let least = Number.POSITIVE_INFINITY
  for (let at = reach; at + reach <= places.length; at += 1) {
    // Sums of floating numbers: what differs by rounding only is the same.
    const level = (sums[at + reach]! - sums[at - reach]!) / (2 * reach)
    if (level > least * 1.001 + 1e-9) continue
    least = Math.min(least, level)
    found = places[at]!
  }
  return found
}

/** Decoded where that is cheap; else by the bits that an encoder spent on it. */
export function loudnessOf(codec: PacketCodec): Loudness {
  if (codec === 'opus') return opusLoudness()
  if (codec === 'mp3') return { of: (data) => soundBits(data) ?? data.length, close: () => undefined }
  return { of: (data) => data.length, close: () => undefined }
}

function opusLoudness(): Loudness {
  const decoder = createOpusDecoder(8000)
  return {
    of(data) {
      try {
        return power(decoder.decode(data))
      } catch {
        // A packet that no decoder takes is heard as a gap.
        return 0
      }
    },
    close: () => decoder.close(),
  }
}

/** The mean square of samples. */
export function power(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return samples.length === 0 ? 0 : sum / samples.length
}
