import type { Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { type Cargo, isVoice, load, sizeOf } from './cargo.ts'
import { limits } from './limits.ts'
import { code, fileWords } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply } from './request.ts'
import { readVia } from './via.ts'
import { channelOf, type Way } from './ways.ts'

/** What stands in the way of a file, before it is sent and afterwards. */
export interface Loading {
  /** Whether a voice message may go to this place. */
  takesVoice(place: Place, privateTo?: string): boolean
  /** Whether a sound, in whatever form, may go to this place as the bot's own message. */
  takesSounds(place: Place): boolean
  /** The part's file, read; null without one; or what becomes of the message. */
  cargoOf(place: Place, part: Part, way: Exclude<Way, { kind: 'closed' }>): Promise<Cargo | Outcome | null>
  /** What Discord's refusal says of the file; null: it is about something else. */
  refused(place: Place, part: Part, reply: Reply<unknown>): Outcome | null
}

export const isOutcome = (loaded: Cargo | Outcome | null): loaded is Outcome =>
  loaded !== null && 'kind' in loaded

/** A channel that is forgotten costs one refusal. */
const REMEMBERED = 1_000
/** Then a voice message is tried again: the permission may have been given. */
const VOICELESS_MS = 600_000

const noVoiceWords = 'Discord takes no voice message from Parley in this channel (Send Voice Messages)'

export function createLoading({ ways, may, clock }: Pick<Outgoing, 'ways' | 'may' | 'clock'>): Loading {
  /** By the channel, as permissions are; its threads have the same. */
  const voiceless = createRecent<{ readonly until: number }>(REMEMBERED)

  const allows = (what: 'attach' | 'speak', place: Place): boolean => {
    const { workspace, channel } = place.conversation
    return may(what, { channel: channelOf(place), parent: channel, guild: workspace })
  }

  function takesVoice(place: Place, privateTo?: string): boolean {
    // What answers an interaction is made by a webhook, of which Discord's documents ("Execute Webhook") know no voice.
    if (ways.forVoice(place, privateTo).kind !== 'channel') return false
    const until = voiceless.get(place.conversation.channel)?.until ?? Number.NEGATIVE_INFINITY
    return until <= clock.elapsed() && allows('speak', place)
  }

  function takesSounds(place: Place): boolean {
    if (readVia(place)?.reachable === false) return false
    const { via: _, ...there } = place
    return takesVoice(there) || allows('attach', there)
  }

  const cargoOf: Loading['cargoOf'] = async (place, part, way) => {
    const { file } = part
    if (!file) return null
    if (isVoice(part)) {
      if (way.kind !== 'channel' || !takesVoice(place)) return { kind: 'no_voice', why: noVoiceWords }
    } else if (way.kind === 'channel' && !allows('attach', place)) return { kind: 'no_file', why: fileWords }
    const most = (way.kind === 'interaction' ? way.via.fileBytes : undefined) ?? limits.fileBytes
    const size = sizeOf(file)
    if (size > most) return { kind: 'no_file', why: tooLargeWords(size, most) }
    try {
      return await load(file)
    } catch {
      // The disk's own words name paths, and help nobody here.
      return { kind: 'no_file', why: 'the file is not there any more' }
    }
  }

  const refused: Loading['refused'] = (place, part, reply) => {
    if (reply.kind !== 'refused' || !part.file) return null
    const rate = reply.rate ? { rate: reply.rate } : {}
    const isForbidden = reply.code === code.missingPermissions || reply.code === code.noVoiceHere
    const isTooLarge = reply.status === 413 || reply.code === code.tooLarge
    if (isTooLarge) return { ...rate, kind: 'no_file', why: 'the file is larger than Discord takes here' }
    if (isVoice(part) && (isForbidden || voiceCodes.has(reply.code))) {
      if (isForbidden) voiceless.set(place.conversation.channel, { until: clock.elapsed() + VOICELESS_MS })
      return { ...rate, kind: 'no_voice', why: noVoiceWords }
    }
    if (isForbidden) return { ...rate, kind: 'no_file', why: fileWords }
    // The text above it stands, and must not be taken for unsent.
    if (part.file.kind !== 'text' && reply.code === code.tooManyFollowUps)
      return {
        ...rate,
        kind: 'no_file',
        why: 'Discord takes five further messages where only the person added Parley',
      }
    return null
  }

  return { takesVoice, takesSounds, cargoOf, refused }
}

/** "JSON Error Codes": what is wrong with a voice message, or with any form. As an ordinary file it may go. */
const voiceCodes: ReadonlySet<number | null> = new Set([50035, 50159, 50160, 50161, 50192])

const tooLargeWords = (size: number, most: number): string =>
  `the file has ${megabytes(size)}, and Discord takes ${megabytes(most)} here`

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`
